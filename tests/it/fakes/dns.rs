//! A DNS server on loopback that knows TXT records, and can be slow, broken or silent.
//!
//! It answers over UDP and TCP on one port. Names that it does not know do not exist.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;

/// How a name is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    Txt(String),
    /// A CNAME, and the TXT record of its target.
    Alias(&'static str, String),
    /// The UDP answer is cut; TCP has the record.
    OnlyTcp(String),
    ServFail,
    /// Never.
    Silent,
    /// Once [`FakeDns::release`] was called.
    Held(String),
}

#[derive(Debug, Default)]
struct Zone {
    names: BTreeMap<String, Answer>,
    asked: Vec<String>,
}

pub struct FakeDns {
    pub address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    released: watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl FakeDns {
    pub async fn start() -> FakeDns {
        let (udp, tcp) = sockets().await;
        let address = udp.local_addr().expect("an address");
        let zone = Arc::new(Mutex::new(Zone::default()));
        let (released, waits) = watch::channel(false);
        let tasks = vec![
            tokio::spawn(serve_udp(udp, zone.clone(), waits.clone())),
            tokio::spawn(serve_tcp(tcp, zone.clone(), waits)),
        ];
        FakeDns { address, zone, released, tasks }
    }

    pub fn set(&self, name: &str, answer: Answer) {
        self.zone.lock().unwrap().names.insert(name.to_lowercase(), answer);
    }

    pub fn txt(&self, name: &str, text: impl Into<String>) {
        self.set(name, Answer::Txt(text.into()));
    }

    /// Every name that was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.zone.lock().unwrap().asked.clone()
    }

    /// What was held is answered from now on.
    pub fn release(&self) {
        self.released.send_replace(true);
    }
}

impl Drop for FakeDns {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// Both protocols on the same port, which the system chooses for one of them only.
async fn sockets() -> (UdpSocket, TcpListener) {
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().expect("an address")).await {
            return (udp, tcp);
        }
    }
}

async fn serve_udp(socket: UdpSocket, zone: Arc<Mutex<Zone>>, waits: watch::Receiver<bool>) {
    let socket = Arc::new(socket);
    let mut buffer = [0; 4096];
    while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
        let query = buffer[..length].to_vec();
        let (socket, zone, waits) = (socket.clone(), zone.clone(), waits.clone());
        tokio::spawn(async move {
            if let Some(reply) = reply(&query, &zone, waits, false).await {
                let _ = socket.send_to(&reply, peer).await;
            }
        });
    }
}

async fn serve_tcp(listener: TcpListener, zone: Arc<Mutex<Zone>>, waits: watch::Receiver<bool>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(talk(stream, zone.clone(), waits.clone()));
    }
}

/// RFC 1035 §4.2.2: two bytes of length before each message.
async fn talk(mut stream: TcpStream, zone: Arc<Mutex<Zone>>, waits: watch::Receiver<bool>) {
    while let Ok(length) = stream.read_u16().await {
        let mut query = vec![0; usize::from(length)];
        if stream.read_exact(&mut query).await.is_err() {
            return;
        }
        let Some(reply) = reply(&query, &zone, waits.clone(), true).await else { continue };
        let length = u16::try_from(reply.len()).expect("a short answer");
        if stream.write_u16(length).await.is_err() || stream.write_all(&reply).await.is_err() {
            return;
        }
    }
}

async fn reply(
    query: &[u8],
    zone: &Mutex<Zone>,
    mut waits: watch::Receiver<bool>,
    over_tcp: bool,
) -> Option<Vec<u8>> {
    let (name, end) = question(query)?;
    let answer = {
        let mut zone = zone.lock().unwrap();
        zone.asked.push(name.clone());
        zone.names.get(&name).cloned()
    };
    let asks_txt = query.get(end - 4..end - 2) == Some(&[0, 16]);
    let records = match answer {
        None => return Some(message(query, end, 3, &[])),
        Some(Answer::Silent) => return None,
        Some(Answer::ServFail) => return Some(message(query, end, 2, &[])),
        Some(Answer::OnlyTcp(_)) if !over_tcp => {
            let mut cut = message(query, end, 0, &[]);
            cut[2] |= 0x02;
            return Some(cut);
        }
        Some(Answer::Held(text)) => {
            waits.wait_for(|released| *released).await.ok()?;
            vec![txt(&[0xc0, 12], &text)]
        }
        Some(Answer::Txt(text) | Answer::OnlyTcp(text)) => vec![txt(&[0xc0, 12], &text)],
        Some(Answer::Alias(target, text)) => {
            let target = labels(target);
            vec![record(&[0xc0, 12], 5, &target), txt(&target, &text)]
        }
    };
    Some(message(query, end, 0, if asks_txt { &records } else { &[] }))
}

/// The name of the one question, and where the question ends.
fn question(query: &[u8]) -> Option<(String, usize)> {
    let mut at = 12;
    let mut parts = Vec::new();
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            return Some((parts.join("."), at + 4));
        }
        parts.push(String::from_utf8_lossy(query.get(at..at + length)?).to_lowercase());
        at += length;
    }
}

/// RFC 1035 §4.1: a recursive server's answer to this query.
fn message(query: &[u8], question_end: usize, code: u8, records: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(records.len()).expect("few records");
    let mut out = vec![query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0];
    out.extend_from_slice(&query[12..question_end]);
    out.extend(records.concat());
    out
}

fn record(name: &[u8], kind: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a short record").to_be_bytes();
    [name, &[0, kind, 0, 1, 0, 0, 0, 60], &length, data].concat()
}

/// RFC 1035 §3.3.14: strings of up to 255 bytes.
fn txt(name: &[u8], text: &str) -> Vec<u8> {
    let strings = text.as_bytes().chunks(255).map(|chunk| {
        let length = u8::try_from(chunk.len()).expect("a short string");
        [&[length], chunk].concat()
    });
    record(name, 16, &strings.collect::<Vec<_>>().concat())
}

fn labels(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.') {
        out.push(u8::try_from(label.len()).expect("a short label"));
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    out
}
