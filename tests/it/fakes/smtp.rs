//! An SMTP server that does what a script says: takes mail, refuses it, hangs, or dies at any step.
//!
//! What it has taken can be read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    MailFrom,
    RcptTo,
    Data,
    /// The answer after the final dot.
    Dot,
    Noop,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Says this instead of doing the step.
    Say(&'static str),
    /// Says nothing more.
    Hang,
    /// Closes the connection.
    Drop,
    /// Takes the mail after the dot and closes without a word.
    TakeAndDrop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SinkTls {
    #[default]
    None,
    StartTls,
    Implicit,
}

#[derive(Default)]
pub struct Script {
    pub tls: SinkTls,
    /// With the authority whose certificate is shown.
    pub config: Option<Arc<rustls::ServerConfig>>,
    pub login: Option<(String, String)>,
    /// Each is done once, at the first time its step comes.
    pub faults: Vec<(Step, Act)>,
    pub size: Option<usize>,
    pub smtputf8: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
}

pub struct SmtpSink {
    pub port: u16,
    inner: Arc<Inner>,
}

struct Inner {
    script: Script,
    faults: Mutex<VecDeque<(Step, Act)>>,
    received: Mutex<Vec<ReceivedMail>>,
    connections: Mutex<u32>,
    changed: Notify,
}

impl SmtpSink {
    pub async fn start(mut script: Script) -> SmtpSink {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let faults = Mutex::new(std::mem::take(&mut script.faults).into());
        let inner = Arc::new(Inner {
            script,
            faults,
            received: Mutex::default(),
            connections: Mutex::default(),
            changed: Notify::new(),
        });
        let serving = Arc::clone(&inner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *serving.connections.lock().expect("the count") += 1;
                tokio::spawn(Arc::clone(&serving).serve(stream));
            }
        });
        SmtpSink { port, inner }
    }

    pub fn received(&self) -> Vec<ReceivedMail> {
        self.inner.received.lock().expect("the mails").clone()
    }

    pub fn connections(&self) -> u32 {
        *self.inner.connections.lock().expect("the count")
    }

    /// Waits for so many connections in all.
    pub async fn until_connected(&self, count: u32) {
        let begun = std::time::Instant::now();
        while self.connections() < count {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "{} connections of {count}",
                self.connections()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// From now on, besides what is still to come.
    pub fn add_fault(&self, step: Step, act: Act) {
        self.inner.faults.lock().expect("the faults").push_back((step, act));
    }

    pub async fn until_received(&self, count: usize) -> Vec<ReceivedMail> {
        let waited = tokio::time::timeout(Duration::from_secs(30), async {
            loop {
                let changed = self.inner.changed.notified();
                if self.received().len() >= count {
                    return;
                }
                changed.await;
            }
        });
        assert!(waited.await.is_ok(), "{} mails of {count} were sent", self.received().len());
        self.received()
    }
}

enum Next {
    Go,
    Upgrade,
    Quit,
}

#[derive(Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
    signed_in: bool,
    greeted: bool,
}

impl Inner {
    async fn serve(self: Arc<Self>, stream: TcpStream) {
        stream.set_nodelay(true).expect("nodelay");
        let acceptor = self.script.config.clone().map(TlsAcceptor::from);
        match (self.script.tls, acceptor) {
            (SinkTls::Implicit, Some(acceptor)) => {
                if let Ok(stream) = acceptor.accept(stream).await {
                    self.talk(&mut BufReader::new(stream), true, true).await;
                }
            }
            (SinkTls::StartTls, Some(acceptor)) => {
                let mut plain = BufReader::new(stream);
                if let Next::Upgrade = self.talk(&mut plain, true, false).await
                    && let Ok(stream) = acceptor.accept(plain.into_inner()).await
                {
                    self.talk(&mut BufReader::new(stream), false, true).await;
                }
            }
            _ => {
                let _ = self.talk(&mut BufReader::new(stream), true, true).await;
            }
        }
    }

    fn fault(&self, step: Step) -> Option<Act> {
        let mut faults = self.faults.lock().expect("the faults");
        let index = faults.iter().position(|(at, _)| *at == step)?;
        faults.remove(index).map(|(_, act)| act)
    }

    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufReader<S>,
        greet: bool,
        secure: bool,
    ) -> Next {
        let mut envelope = Envelope::default();
        if greet {
            match self.fault(Step::Greeting) {
                Some(act) => match self.act(stream, act).await {
                    Next::Go => {}
                    other => return other,
                },
                None => say(stream, "220 sink.test ESMTP").await,
            }
        }
        loop {
            let mut line = String::new();
            match stream.read_line(&mut line).await {
                Ok(count) if count > 0 => {}
                _ => return Next::Quit,
            }
            match self.command(stream, line.trim_end(), &mut envelope, secure).await {
                Next::Go => {}
                other => return other,
            }
        }
    }

    async fn act<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: &mut BufReader<S>, act: Act) -> Next {
        match act {
            Act::Say(words) => {
                say(stream, words).await;
                if words.starts_with("421") { Next::Quit } else { Next::Go }
            }
            Act::Hang => {
                // Until the client gives up and closes.
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
                Next::Quit
            }
            Act::Drop | Act::TakeAndDrop => Next::Quit,
        }
    }

    async fn command<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufReader<S>,
        line: &str,
        envelope: &mut Envelope,
        secure: bool,
    ) -> Next {
        let upper = line.to_ascii_uppercase();
        let step = match upper.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => Step::Ehlo,
            "STARTTLS" => Step::StartTls,
            "AUTH" => Step::Auth,
            "MAIL" => Step::MailFrom,
            "RCPT" => Step::RcptTo,
            "DATA" => Step::Data,
            "NOOP" => Step::Noop,
            "QUIT" => {
                say(stream, "221 bye").await;
                return Next::Quit;
            }
            "RSET" => {
                let (signed_in, greeted) = (envelope.signed_in, envelope.greeted);
                *envelope = Envelope { signed_in, greeted, ..Envelope::default() };
                say(stream, "250 ok").await;
                return Next::Go;
            }
            _ => {
                say(stream, "500 what?").await;
                return Next::Go;
            }
        };
        if let Some(act) = self.fault(step) {
            return self.act(stream, act).await;
        }
        let needs_login = self.script.login.is_some() && !envelope.signed_in;
        match step {
            // As strict servers do, though RFC 5321 §4.1.4 lets a client greet again.
            Step::Ehlo if envelope.greeted => say(stream, "503 5.5.1 duplicate EHLO").await,
            Step::Ehlo => {
                envelope.greeted = true;
                self.extensions(stream, secure).await;
            }
            Step::StartTls => {
                say(stream, "220 go ahead").await;
                return Next::Upgrade;
            }
            Step::Auth => envelope.signed_in = self.auth(stream, line).await,
            Step::MailFrom if needs_login => say(stream, "530 5.7.0 Authentication required").await,
            Step::MailFrom => {
                envelope.from = bracketed(line);
                envelope.to.clear();
                say(stream, "250 ok").await;
            }
            Step::RcptTo => {
                envelope.to.push(bracketed(line));
                say(stream, "250 ok").await;
            }
            Step::Data => {
                say(stream, "354 go ahead").await;
                return self.data(stream, envelope).await;
            }
            Step::Noop | Step::Greeting | Step::Dot => say(stream, "250 ok").await,
        }
        Next::Go
    }

    async fn extensions<S: AsyncWrite + Unpin>(&self, stream: &mut S, secure: bool) {
        let mut lines = vec!["sink.test".to_owned(), "8BITMIME".to_owned()];
        if self.script.tls == SinkTls::StartTls && !secure {
            lines.push("STARTTLS".to_owned());
        }
        if self.script.login.is_some() && (secure || self.script.tls == SinkTls::None) {
            lines.push("AUTH PLAIN LOGIN".to_owned());
        }
        if let Some(size) = self.script.size {
            lines.push(format!("SIZE {size}"));
        }
        if self.script.smtputf8 {
            lines.push("SMTPUTF8".to_owned());
        }
        let last = lines.len() - 1;
        let text: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(index, line)| format!("250{}{line}", if index == last { ' ' } else { '-' }))
            .collect();
        say(stream, &text.join("\r\n")).await;
    }

    async fn auth<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: &mut BufReader<S>, line: &str) -> bool {
        use base64::Engine;
        let decode = |text: &str| {
            let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let mut words = line.split_whitespace().skip(1);
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let given = match (mechanism.as_str(), words.next()) {
            ("PLAIN", Some(initial)) => {
                let parts = decode(initial);
                let mut parts = parts.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            _ => {
                let mut answers = Vec::new();
                for prompt in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"] {
                    say(stream, prompt).await;
                    let mut line = String::new();
                    let _ = stream.read_line(&mut line).await;
                    answers.push(decode(&line));
                }
                (answers.remove(0), answers.remove(0))
            }
        };
        let good = self.script.login.as_ref() == Some(&given);
        say(stream, if good { "235 welcome" } else { "535 5.7.8 wrong user name or password" }).await;
        good
    }

    async fn data<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut BufReader<S>,
        envelope: &mut Envelope,
    ) -> Next {
        let mut bytes = Vec::new();
        loop {
            let mut line = Vec::new();
            match stream.read_until(b'\n', &mut line).await {
                Ok(count) if count > 0 => {}
                _ => return Next::Quit,
            }
            if line == b".\r\n" {
                break;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let fault = self.fault(Step::Dot);
        if fault.is_none() || fault == Some(Act::TakeAndDrop) {
            self.take(ReceivedMail { from: envelope.from.clone(), to: envelope.to.clone(), bytes }).await;
        }
        match fault {
            Some(act) => self.act(stream, act).await,
            None => {
                say(stream, "250 taken").await;
                Next::Go
            }
        }
    }

    async fn take(&self, mail: ReceivedMail) {
        self.received.lock().expect("the mails").push(mail);
        self.changed.notify_waiters();
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, words: &str) {
    // A client that has gone away is the test's business, not the server's.
    let _ = stream.write_all(format!("{words}\r\n").as_bytes()).await;
    let _ = stream.flush().await;
}

fn bracketed(line: &str) -> String {
    let inner = line.split_once('<').map_or("", |(_, rest)| rest);
    inner.split('>').next().unwrap_or_default().to_owned()
}
