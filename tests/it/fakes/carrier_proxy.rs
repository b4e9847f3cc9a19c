//! A proxy on loopback that speaks just enough of SOCKS5 (RFC 1928) and HTTP to carry one
//! bot, counts its connections and keeps what it was asked for.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Socks5,
    Http,
}

#[derive(Clone)]
pub struct CarrierProxy {
    pub address: String,
    /// What each connection asked for: `host:port` of SOCKS5, the request line of HTTP, or
    /// `tls` when the client began with a TLS handshake.
    asked: Arc<Mutex<Vec<String>>>,
}

impl CarrierProxy {
    /// Every connection is carried to `target`, whatever name was asked for, so that names
    /// that only the proxy can resolve can be tried.
    pub async fn start(kind: Kind, target: &str) -> CarrierProxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let proxy = CarrierProxy { address, asked: Arc::default() };
        let (carrier, target) = (proxy.clone(), target.to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (carrier, target) = (carrier.clone(), target.clone());
                tokio::spawn(async move {
                    // A line that dies is the client's business.
                    let _ = match kind {
                        Kind::Socks5 => carrier.socks5(client, &target).await,
                        Kind::Http => carrier.http(client, &target).await,
                    };
                });
            }
        });
        proxy
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    fn note(&self, what: String) {
        self.asked.lock().unwrap().push(what);
    }

    async fn socks5(&self, mut client: TcpStream, target: &str) -> io::Result<()> {
        // RFC 1928 §3: version, methods; 0 is "no authentication".
        let [_, count] = take(&mut client).await?;
        client.read_exact(&mut vec![0; count.into()]).await?;
        client.write_all(&[5, 0]).await?;
        // RFC 1928 §4: version, CONNECT, reserved, address type.
        let [_, _, _, kind] = take(&mut client).await?;
        let host = if kind == 3 {
            let [length] = take(&mut client).await?;
            let mut name = vec![0; length.into()];
            client.read_exact(&mut name).await?;
            String::from_utf8(name).unwrap()
        } else {
            let [a, b, c, d] = take(&mut client).await?;
            format!("{a}.{b}.{c}.{d}")
        };
        let port = u16::from_be_bytes(take(&mut client).await?);
        self.note(format!("{host}:{port}"));
        client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await?;
        let mut server = TcpStream::connect(target).await?;
        copy_bidirectional(&mut client, &mut server).await.map(|_| ())
    }

    async fn http(&self, mut client: TcpStream, target: &str) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n") {
            head.push(client.read_u8().await?);
            // A TLS record of a handshake begins with 22.
            if head == [22] {
                self.note("tls".to_owned());
                return Ok(());
            }
        }
        let line = String::from_utf8_lossy(&head).trim().to_owned();
        self.note(line.clone());
        if !line.starts_with("CONNECT ") {
            // Absolute form (RFC 9112 §3.2.2): the server understands it as it is.
            let mut server = TcpStream::connect(target).await?;
            server.write_all(&head).await?;
            return copy_bidirectional(&mut client, &mut server).await.map(|_| ());
        }
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await?);
        }
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        let [first] = take(&mut client).await?;
        self.note(if first == 22 { "tls".to_owned() } else { format!("byte {first}") });
        Ok(())
    }
}

async fn take<const N: usize>(stream: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
