//! A real IMAP and LMTP server of its own for one test: Dovecot from Debian's packages.
//!
//! It runs from a temporary directory on ports of its own, as root or as a plain user, and is
//! killed with its children when the test ends.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::test_ca::TestCa;

pub const PASSWORD: &str = "secret";
const CONFIG: &str = include_str!("dovecot.conf.in");

pub struct Dovecot {
    pub imap_port: u16,
    pub imaps_port: u16,
    pub lmtp_port: u16,
    pub ca_pem_path: PathBuf,
    dir: tempfile::TempDir,
    child: Option<Child>,
}

impl Dovecot {
    /// Starts a server with the users `support`, `help`, `ann` and `sara` (domains are ignored).
    pub async fn start() -> Dovecot {
        Dovecot::start_with("").await
    }

    /// The same with more lines of configuration.
    pub async fn start_with(more: &str) -> Dovecot {
        // Socket names must stay below 108 bytes.
        let dir = tempfile::Builder::new().prefix("dc").tempdir_in("/tmp").expect("a directory");
        let root = dir.path();
        for sub in ["tls", "mail", "run", "state"] {
            std::fs::create_dir(root.join(sub)).expect("a directory");
        }
        let ca = TestCa::new(root);
        std::fs::write(root.join("tls/srv.pem"), &ca.cert_pem).expect("the certificate");
        std::fs::write(root.join("tls/srv.key"), &ca.key_pem).expect("the key");
        let users: String = ["support", "help", "ann", "sara"]
            .iter()
            .map(|user| format!("{user}:{{PLAIN}}{PASSWORD}\n"))
            .collect();
        std::fs::write(root.join("users"), users).expect("the users");
        let [imap_port, imaps_port, lmtp_port] = free_ports();
        let config = config(root, [imap_port, imaps_port, lmtp_port]);
        std::fs::write(root.join("dovecot.conf"), format!("{config}\n{more}\n")).expect("the configuration");
        give_to_mail(root);
        let ca_pem_path = ca.ca_pem_path;
        let mut server = Dovecot { imap_port, imaps_port, lmtp_port, ca_pem_path, dir, child: None };
        server.restart().await;
        server
    }

    /// Starts it again on the same ports and waits until it greets.
    pub async fn restart(&mut self) {
        self.stop();
        let child = Command::new(binary())
            .arg("-F")
            .arg("-c")
            .arg(self.dir.path().join("dovecot.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("dovecot starts");
        self.child = Some(child);
        let begun = Instant::now();
        for port in [self.imap_port, self.lmtp_port] {
            while !greets(port).await {
                assert!(begun.elapsed() < Duration::from_secs(20), "dovecot does not greet: {}", self.log());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Kills it with all its children, as a power cut would.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // The group was made for this child alone: its children go with it.
            let group = format!("kill -9 -{}", child.id());
            let _ = Command::new("sh").arg("-c").arg(group).stderr(Stdio::null()).status();
            let _ = child.wait();
        }
    }

    /// Kills the processes that serve sessions; the server itself stays up.
    pub fn kill_sessions(&self) {
        let _ = Command::new("doveadm")
            .arg("-c")
            .arg(self.dir.path().join("dovecot.conf"))
            .args(["kick", "*"])
            .output();
    }

    /// Delivers a mail by LMTP (RFC 2033), as a mail server would.
    pub async fn deliver(&self, user: &str, raw: &[u8]) {
        let stream = TcpStream::connect(("127.0.0.1", self.lmtp_port)).await.expect("LMTP answers");
        let mut stream = BufReader::new(stream);
        expect(&mut stream, None, "220").await;
        expect(&mut stream, Some("LHLO test.local"), "250").await;
        expect(&mut stream, Some("MAIL FROM:<sender@example.org>"), "250").await;
        expect(&mut stream, Some(&format!("RCPT TO:<{user}@test.local>")), "250").await;
        expect(&mut stream, Some("DATA"), "354").await;
        let mut text = String::new();
        for line in String::from_utf8_lossy(raw).replace("\r\n", "\n").lines() {
            text.push_str(if line.starts_with('.') { "." } else { "" });
            text.push_str(line);
            text.push_str("\r\n");
        }
        stream.write_all(text.as_bytes()).await.expect("the mail is written");
        expect(&mut stream, Some("."), "250").await;
        expect(&mut stream, Some("QUIT"), "221").await;
    }

    /// Puts a file into the mailbox behind the server's back, without a trace line.
    pub fn drop_in(&self, user: &str, name: &str, raw: &[u8]) {
        let new = self.maildir(user).join("new");
        std::fs::create_dir_all(&new).expect("the folder");
        std::fs::write(new.join(name), raw).expect("the mail");
        give_to_mail(&self.maildir(user));
    }

    /// All mails of the user's inbox, as a mail client fetches them.
    pub async fn fetch_all(&self, user: &str) -> Vec<Vec<u8>> {
        let mut session = self.session(user).await;
        session.examine("INBOX").await.expect("the inbox");
        let fetched = session.uid_fetch("1:*", "(UID BODY.PEEK[])").await.expect("the mails");
        let mails: Vec<async_imap::types::Fetch> =
            futures_util::TryStreamExt::try_collect(fetched).await.expect("the mails");
        mails.iter().filter_map(|mail| mail.body().map(<[u8]>::to_vec)).collect()
    }

    /// Flags of the user's mails, as another client sees them.
    /// Every mail of the inbox, once there are so many.
    pub async fn until_arrived(&self, user: &str, count: usize) -> Vec<Vec<u8>> {
        let begun = Instant::now();
        loop {
            let mails = self.fetch_all(user).await;
            if mails.len() >= count {
                return mails;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{} mails of {count} arrived", mails.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn flags(&self, user: &str) -> Vec<String> {
        let mut session = self.session(user).await;
        session.examine("INBOX").await.expect("the inbox");
        let fetched = session.uid_fetch("1:*", "(UID FLAGS)").await.expect("the flags");
        let mails: Vec<async_imap::types::Fetch> =
            futures_util::TryStreamExt::try_collect(fetched).await.expect("the flags");
        mails.iter().map(|mail| format!("{:?}", mail.flags().collect::<Vec<_>>())).collect()
    }

    /// Another client reads all mail of the user.
    pub async fn mark_read(&self, user: &str) {
        let mut session = self.session(user).await;
        session.select("INBOX").await.expect("the inbox");
        let changed = session.uid_store("1:*", "+FLAGS (\\Seen)").await.expect("the flags");
        let _: Vec<async_imap::types::Fetch> =
            futures_util::TryStreamExt::try_collect(changed).await.expect("the flags");
    }

    pub async fn create_folder(&self, user: &str, wire_name: &str) {
        self.session(user).await.create(wire_name).await.expect("a folder");
    }

    pub async fn append(&self, user: &str, wire_name: &str, raw: &[u8]) {
        self.session(user).await.append(wire_name, None, None, raw).await.expect("the mail is appended");
    }

    async fn session(&self, user: &str) -> async_imap::Session<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.imap_port)).await.expect("IMAP answers");
        let mut client = async_imap::Client::new(stream);
        client.read_response().await.expect("a greeting");
        client.login(user, PASSWORD).await.map_err(|(error, _)| error).expect("the sign-in")
    }

    /// The same mails in a mailbox that counts anew: another UIDVALIDITY, other UIDs.
    pub async fn recreate_mailbox(&mut self, user: &str) {
        self.stop();
        let maildir = self.maildir(user);
        for name in std::fs::read_dir(&maildir).expect("the mailbox").filter_map(Result::ok) {
            if name.file_name().to_string_lossy().starts_with("dovecot") {
                std::fs::remove_file(name.path()).expect("an index file is removed");
            }
        }
        // UIDVALIDITY is made from the time in seconds: it must have moved on.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        self.restart().await;
    }

    pub fn maildir(&self, user: &str) -> PathBuf {
        self.dir.path().join("mail").join(user).join("Maildir")
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("dovecot.log")).unwrap_or_default()
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

fn binary() -> PathBuf {
    ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"]
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .expect("dovecot is missing: install the packages dovecot-imapd and dovecot-lmtpd")
}

/// The number of a user or group: `-u` or `-g`.
pub(super) fn id_of(which: &str, user: &str) -> u32 {
    let output = Command::new("id").args([which, user]).output().expect("id runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("the user is there")
}

pub(super) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|of_this_process| of_this_process.uid() == 0)
}

fn config(root: &Path, [imap, imaps, lmtp]: [u16; 3]) -> String {
    let own = |name: &str| {
        let output = Command::new("id").arg(name).output().expect("id runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let [internal, internal_group, login, mail] = if is_root() {
        ["dovecot", "dovecot", "dovenull", "mail"].map(str::to_owned)
    } else {
        [own("-un"), own("-gn"), own("-un"), own("-un")]
    };
    let mail_group = if is_root() { "mail".to_owned() } else { own("-gn") };
    CONFIG
        .replace("@D@", &root.display().to_string())
        .replace("@IU@", &internal)
        .replace("@IG@", &internal_group)
        .replace("@LU@", &login)
        .replace("@MU@", &mail)
        .replace("@MG@", &mail_group)
        .replace("@IMAP@", &imap.to_string())
        .replace("@IMAPS@", &imaps.to_string())
        .replace("@LMTP@", &lmtp.to_string())
}

/// As root the mail belongs to the user `mail`, which must reach it.
fn give_to_mail(path: &Path) {
    if !is_root() {
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, open).expect("permissions");
    let target = if path.join("mail").is_dir() { path.join("mail") } else { path.to_path_buf() };
    let done = Command::new("chown").arg("-R").arg("mail:mail").arg(target).status().expect("chown runs");
    assert!(done.success(), "the mail directory could not be given to the user mail");
}

pub(super) fn free_ports<const N: usize>() -> [u16; N] {
    // Held together, so that they differ.
    let held = [0; N].map(|_: u8| std::net::TcpListener::bind("127.0.0.1:0").expect("a port"));
    held.map(|listener| listener.local_addr().expect("an address").port())
}

pub(super) async fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else { return false };
    let mut line = String::new();
    let read =
        tokio::time::timeout(Duration::from_secs(5), BufReader::new(stream).read_line(&mut line)).await;
    matches!(read, Ok(Ok(count)) if count > 0)
}

pub(super) async fn expect(stream: &mut BufReader<TcpStream>, say: Option<&str>, code: &str) {
    if let Some(say) = say {
        stream.write_all(format!("{say}\r\n").as_bytes()).await.expect("written");
    }
    loop {
        let mut line = String::new();
        let count = stream.read_line(&mut line).await.expect("an answer");
        assert!(count > 0 && line.starts_with(code), "after {say:?}: {line}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return;
        }
    }
}
