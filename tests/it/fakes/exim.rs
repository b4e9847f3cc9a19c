//! A real SMTP server of its own for one test: Exim from Debian's packages.
//!
//! It takes mail for anybody on a port of its own, queues it, and hands it on by LMTP (RFC 2033)
//! into Dovecot, as a provider's server would. It runs from a temporary directory and ends with
//! the test. A configuration of its own takes root's rights away from it, which is meant.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::dovecot::{free_ports, greets, id_of, is_root};

/// As root it may not deliver as root; this user owns its queue.
const USER: &str = "mail";

pub struct Exim {
    pub port: u16,
    dir: tempfile::TempDir,
    child: Child,
}

impl Exim {
    /// Starts one that delivers to this LMTP port, and waits until it greets.
    pub async fn start(lmtp_port: u16) -> Exim {
        let dir = tempfile::Builder::new().prefix("ex").tempdir_in("/tmp").expect("a directory");
        let [port] = free_ports();
        let (uid, gid) = if is_root() { (id_of("-u", USER), id_of("-g", USER)) } else { own_ids() };
        for sub in ["spool", "log"] {
            std::fs::create_dir(dir.path().join(sub)).expect("a directory");
        }
        let file = dir.path().join("exim.conf");
        std::fs::write(&file, config(dir.path(), port, lmtp_port, uid, gid)).expect("the configuration");
        let mut command = Command::new(binary());
        if is_root() {
            let owner = format!("{uid}:{gid}");
            let given =
                Command::new("chown").arg("-R").arg(owner).arg(dir.path()).status().expect("chown runs");
            assert!(given.success(), "the queue could not be given to the user {USER}");
            command.uid(uid).gid(gid);
        }
        let child = command
            .args(["-bdf", "-C"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("exim starts");
        let server = Exim { port, dir, child };
        let begun = Instant::now();
        while !greets(port).await {
            assert!(begun.elapsed() < Duration::from_secs(20), "exim does not greet: {}", server.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    pub fn log(&self) -> String {
        let log = self.dir.path().join("log");
        let files = std::fs::read_dir(log).into_iter().flatten().flatten();
        files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default()).collect()
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn binary() -> PathBuf {
    ["/usr/sbin/exim4", "/usr/sbin/exim", "/usr/local/sbin/exim"]
        .iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
        .expect("exim is missing: install the package exim4-daemon-light")
}

fn own_ids() -> (u32, u32) {
    use std::os::unix::fs::MetadataExt;
    let process = std::fs::metadata("/proc/self").expect("this process");
    (process.uid(), process.gid())
}

fn config(root: &Path, port: u16, lmtp_port: u16, uid: u32, gid: u32) -> String {
    let root = root.display();
    format!(
        "exim_user = {uid}\nexim_group = {gid}\n\
         spool_directory = {root}/spool\nlog_file_path = {root}/log/%slog\npid_file_path = {root}/pid\n\
         primary_hostname = mx.test.local\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = {port}\n\
         acl_smtp_rcpt = accept\nacl_smtp_data = accept\nhost_lookup =\nrfc1413_query_timeout = 0s\n\
         tls_advertise_hosts =\nkeep_environment =\n\
         begin routers\neverybody:\n  driver = accept\n  transport = mailbox\n\
         begin transports\nmailbox:\n  driver = smtp\n  protocol = lmtp\n  hosts = 127.0.0.1\n  hosts_override\n  \
         port = {lmtp_port}\n  allow_localhost\n\
         begin retry\n* * F,1h,1s\n"
    )
}
