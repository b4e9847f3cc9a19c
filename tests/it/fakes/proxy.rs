//! A TCP proxy that can fall silent without closing anything, or cut its connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    /// Connections of before this number stay open and say nothing more.
    SilentBefore(u32),
    CutBefore(u32),
}

pub struct Proxy {
    pub port: u16,
    mode: watch::Sender<Mode>,
    connections: Arc<AtomicU32>,
}

impl Proxy {
    pub async fn to(port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = listener.local_addr().expect("an address").port();
        let (mode, watched) = watch::channel(Mode::Open);
        let connections = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = counter.fetch_add(1, Ordering::SeqCst);
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(pump(from_client, to_server, watched.clone(), number));
                tokio::spawn(pump(from_server, to_client, watched.clone(), number));
            }
        });
        Proxy { port: own, mode, connections }
    }

    /// All present connections stay open and say nothing more; new ones work.
    pub fn fall_silent(&self) {
        let _ = self.mode.send(Mode::SilentBefore(self.connections()));
    }

    pub fn cut(&self) {
        let _ = self.mode.send(Mode::CutBefore(self.connections()));
    }

    pub fn connections(&self) -> u32 {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn pump(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut mode: watch::Receiver<Mode>,
    number: u32,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let state = *mode.borrow_and_update();
        match state {
            Mode::CutBefore(limit) if number < limit => return,
            Mode::SilentBefore(limit) if number < limit => {
                // Both halves are kept until the proxy goes.
                if mode.changed().await.is_err() {
                    return;
                }
                continue;
            }
            _ => {}
        }
        tokio::select! {
            changed = mode.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            read = from.read(&mut buffer) => match read {
                Ok(count) if count > 0 => {
                    if to.write_all(&buffer[..count]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
