//! One kind of connection for IMAP and SMTP: TCP, with TLS or without, that tells progress from silence.
//!
//! Certificates are checked against the public authorities and, where the settings name a
//! file, against a private one besides. Reads that make no progress for a while fail, since
//! a dead peer says nothing.
//!
//! Invariant: the name in the certificate is always checked; nothing turns that off.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Why no connection came about; the text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectFault {
    #[error("Could not reach {peer}: {cause}. Check host and port, and whether the server is up.")]
    Unreachable { peer: String, cause: String },
    #[error("{peer} did not answer within {seconds} s. Check host and port, and any firewall.")]
    Silent { peer: String, seconds: u64 },
    #[error(
        "No secure connection to {peer}: {cause}. Check `tls` and the port; for a private authority set `ca_file`."
    )]
    Tls { peer: String, cause: String },
    #[error("Could not use the ca_file {file}: {cause}. It must hold certificates in PEM form.")]
    CaFile { file: String, cause: String },
}

/// Opens a TCP connection that sends at once what it is given.
pub async fn connect(host: &str, port: u16, patience: Duration) -> Result<TcpStream, ConnectFault> {
    let peer = format!("{host}:{port}");
    let attempt = tokio::time::timeout(patience, TcpStream::connect((host, port))).await;
    let stream = match attempt {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(ConnectFault::Unreachable { peer, cause: error.to_string() }),
        Err(_) => return Err(ConnectFault::Silent { peer, seconds: patience.as_secs() }),
    };
    // Commands are many small writes: without this each waits for the peer's delayed ACK.
    stream.set_nodelay(true).map_err(|error| ConnectFault::Unreachable { peer, cause: error.to_string() })?;
    Ok(stream)
}

/// Makes a TCP connection secure.
pub async fn secure(
    stream: TcpStream,
    host: &str,
    ca_file: Option<&Path>,
    patience: Duration,
) -> Result<TlsStream<TcpStream>, ConnectFault> {
    let fault = |cause: String| ConnectFault::Tls { peer: host.to_owned(), cause };
    let name = ServerName::try_from(host.to_owned()).map_err(|error| fault(error.to_string()))?;
    let connector = TlsConnector::from(Arc::new(config(ca_file)?));
    match tokio::time::timeout(patience, connector.connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(fault(error.to_string())),
        Err(_) => Err(ConnectFault::Silent { peer: host.to_owned(), seconds: patience.as_secs() }),
    }
}

fn config(ca_file: Option<&Path>) -> Result<ClientConfig, ConnectFault> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(file) = ca_file {
        let fault = |cause: String| ConnectFault::CaFile { file: file.display().to_string(), cause };
        let found = CertificateDer::pem_file_iter(file).map_err(|error| fault(error.to_string()))?;
        let mut count = 0;
        for certificate in found {
            let certificate = certificate.map_err(|error| fault(error.to_string()))?;
            roots.add(certificate).map_err(|error| fault(error.to_string()))?;
            count += 1;
        }
        if count == 0 {
            return Err(fault("there is no certificate in it".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectFault::Tls { peer: "any server".to_owned(), cause: error.to_string() })?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[derive(Debug)]
enum Pipe {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

/// More than any greeting and list of extensions.
const OVERHEARD_BYTES: usize = 16 * 1024;

/// A connection as the protocols use it.
#[derive(Debug)]
pub struct Wire {
    pipe: Pipe,
    /// Bytes to be read before those of the peer.
    ahead: Vec<u8>,
    /// A read that brings nothing for so long has failed.
    quiet: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
    end_of_data: Arc<AtomicBool>,
    overheard: Overheard,
}

/// What the peer has said so far; `None` once nobody listens any more.
pub type Overheard = Arc<Mutex<Option<Vec<u8>>>>;

impl Wire {
    pub fn plain(stream: TcpStream) -> Wire {
        Wire::over(Pipe::Plain(stream))
    }

    pub fn secured(stream: TlsStream<TcpStream>) -> Wire {
        Wire::over(Pipe::Secure(Box::new(stream)))
    }

    fn over(pipe: Pipe) -> Wire {
        Wire {
            pipe,
            ahead: Vec::new(),
            quiet: None,
            timer: None,
            end_of_data: Arc::default(),
            overheard: Overheard::default(),
        }
    }

    /// Reads hand out these bytes first.
    pub fn reading_first(mut self, bytes: &[u8]) -> Wire {
        self.ahead = bytes.to_vec();
        self
    }

    /// How long a read may bring nothing; `None` for as long as it takes.
    pub fn set_quiet(&mut self, quiet: Option<Duration>) {
        self.quiet = quiet;
        self.timer = None;
    }

    /// Becomes true when the final dot of an SMTP message has been given to the connection:
    /// from then on nobody knows whether the peer has taken the message (RFC 5321 §4.2.5).
    pub fn end_of_data(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.end_of_data)
    }

    /// Keeps what the peer says from now on, until the value is taken.
    pub fn overhear(&self) -> Overheard {
        *self.overheard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
        Arc::clone(&self.overheard)
    }

    fn keep(&self, said: &[u8]) {
        if let Some(kept) = self.overheard.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            kept.extend(said.iter().take(OVERHEARD_BYTES.saturating_sub(kept.len())));
        }
    }

    /// The bare TCP connection, to be made secure; `None` when it is already.
    pub fn into_plain(self) -> Option<TcpStream> {
        match self.pipe {
            Pipe::Plain(stream) => Some(stream),
            Pipe::Secure(_) => None,
        }
    }

    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(quiet) = self.quiet else { return Poll::Pending };
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(quiet)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => {
                self.timer = None;
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the server has fallen silent")))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.ahead.is_empty() {
            let count = this.ahead.len().min(buf.remaining());
            let given: Vec<u8> = this.ahead.drain(..count).collect();
            buf.put_slice(&given);
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let read = match &mut this.pipe {
            Pipe::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Pipe::Secure(stream) => Pin::new(stream.as_mut()).poll_read(cx, buf),
        };
        if read.is_ready() {
            this.keep(buf.filled().get(before..).unwrap_or_default());
            this.timer = None;
            return read;
        }
        this.poll_silence(cx)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if buf == b"\r\n.\r\n" {
            this.end_of_data.store(true, Ordering::SeqCst);
        }
        match &mut this.pipe {
            Pipe::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Pipe::Secure(stream) => Pin::new(stream.as_mut()).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().pipe {
            Pipe::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Pipe::Secure(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().pipe {
            Pipe::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Pipe::Secure(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}

impl lettre::transport::smtp::client::AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.pipe {
            Pipe::Plain(stream) => stream.peer_addr(),
            Pipe::Secure(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}
