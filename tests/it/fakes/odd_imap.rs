//! An IMAP server with two mails, of which the first cannot be had.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What fetching the first mail brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddMail {
    /// An answer on which the parser panics.
    Panics,
    /// An answer that is no IMAP.
    Unreadable,
    /// NO.
    Refused,
}

pub struct OddImap {
    pub port: u16,
}

impl OddImap {
    pub async fn start(odd: OddMail) -> OddImap {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, odd));
            }
        });
        OddImap { port }
    }
}

async fn talk(stream: TcpStream, odd: OddMail) {
    let mut stream = BufReader::new(stream);
    let mut answer = "* OK ready\r\n".to_owned();
    loop {
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        match stream.read_line(&mut line).await {
            Ok(count) if count > 0 => {}
            _ => return,
        }
        let (tag, command) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        answer = reply(command, odd).replace("TAG", tag);
    }
}

fn reply(command: &str, odd: OddMail) -> String {
    let body = "Subject: two\r\n\r\nBody 2\r\n";
    let untagged = match command {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1\r\n".to_owned(),
        _ if command.starts_with("EXAMINE") => {
            "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 3] ok\r\n".to_owned()
        }
        _ if command.contains("RFC822.SIZE") => {
            "* 1 FETCH (UID 1 RFC822.SIZE 20)\r\n* 2 FETCH (UID 2 RFC822.SIZE 20)\r\n".to_owned()
        }
        _ if command.starts_with("UID FETCH 1 ") => match odd {
            OddMail::Panics => "* 1 FETCH (UID 1 INTERNALDATE NIL)\r\n".to_owned(),
            OddMail::Unreadable => "* 1 FETCH ((((\r\n".to_owned(),
            OddMail::Refused => return "TAG NO the disk has a hole here\r\n".to_owned(),
        },
        _ if command.starts_with("UID FETCH 2 ") => {
            format!("* 2 FETCH (UID 2 BODY[] {{{}}}\r\n{body})\r\n", body.len())
        }
        _ => String::new(),
    };
    format!("{untagged}TAG OK done\r\n")
}
