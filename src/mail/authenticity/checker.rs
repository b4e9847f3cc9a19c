//! Looking up the keys of signatures, and the records that say how strictly they must align.
//!
//! A [`Claim`] comes in; a [`Finding`] goes out within [`TIME_LIMIT`], with or without network.
//!
//! Invariant: no answer from DNS is no proof, and no reason to wait: a mail is judged once.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use futures_util::FutureExt;
use mail_auth::common::cache::NoCache;
use mail_auth::common::verify::{DomainKey, VerifySignature};
use mail_auth::dkim::DkimError;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use mail_auth::hickory_resolver::net::NetError;
use mail_auth::hickory_resolver::system_conf::read_system_conf;
use mail_auth::{
    AuthenticatedMessage, DkimOutput, DkimResult, DmarcResult, Error, MessageAuthenticator, SpfOutput, Txt,
};

use super::Finding;
use super::signatures::{Claim, signer};
use crate::domain::proof::Proof;
use crate::settings::Dns;

/// All look-ups of one mail together.
pub const TIME_LIMIT: Duration = Duration::from_secs(4);
/// One question to DNS, lost datagrams sent again within; then once more from the start.
const ONE_QUESTION: Duration = Duration::from_millis(1500);
const ASKED_AGAIN: usize = 1;
/// Questions under way at one server.
const MOST_QUESTIONS: usize = 512;
/// RFC 8301 §3.2: shorter keys are no proof. Bits.
const SHORTEST_RSA_KEY: usize = 1024;
/// RFC 6376 §3.6.1, `t=y`, as mail-auth notes it in the flags of a key.
const TESTING: u64 = 0x10;

const NO_CACHE: Option<&NoCache<Box<str>, Txt>> = None;

/// Asks the DNS server of the settings.
pub struct Checker {
    dns: Dns,
    /// Made when first needed, and anew after a failure: the system's servers may have changed.
    authenticator: ArcSwapOption<MessageAuthenticator>,
}

impl Checker {
    /// `None` where the settings turn our own check off.
    pub fn new(dns: Dns) -> Option<Checker> {
        match dns {
            Dns::Off => None,
            Dns::System | Dns::Server(_) => Some(Checker { dns, authenticator: ArcSwapOption::empty() }),
        }
    }

    /// Never panics, whatever the claim holds.
    pub async fn check(&self, claim: &Claim) -> Finding {
        let Some(authenticator) = self.authenticator() else { return Finding::nothing(Proof::DnsFailed) };
        let look_up = LookUp(&authenticator);
        let checked = AssertUnwindSafe(look_up.any_of(claim)).catch_unwind();
        let proof = match tokio::time::timeout(TIME_LIMIT, checked).await {
            Ok(Ok(proof)) => proof,
            Ok(Err(_panic)) => Proof::CheckFailed,
            Err(_elapsed) => Proof::DnsFailed,
        };
        if proof == Proof::DnsFailed {
            self.authenticator.store(None);
        }
        let sender = (proof == Proof::Signed).then(|| claim.sender.clone());
        Finding { sender, proof }
    }

    fn authenticator(&self) -> Option<Arc<MessageAuthenticator>> {
        if let Some(made) = self.authenticator.load_full() {
            return Some(made);
        }
        match authenticator(self.dns) {
            Ok(made) => {
                let made = Arc::new(made);
                self.authenticator.store(Some(made.clone()));
                Some(made)
            }
            Err(error) => {
                tracing::warn!("The DNS servers of this system are not known: {error}");
                None
            }
        }
    }
}

/// The questions about one mail.
struct LookUp<'a>(&'a MessageAuthenticator);

impl LookUp<'_> {
    /// One signature that holds is enough. If none does: DNS's silence, else what is wrong with
    /// the first.
    async fn any_of(&self, claim: &Claim) -> Proof {
        let Some(mut message) = claim.message() else { return Proof::Unsigned };
        let domain = claim.domain();
        let mut found = None;
        for signature in std::mem::take(&mut message.dkim_headers) {
            message.dkim_headers = vec![signature];
            match self.one(&message, &domain).await {
                Proof::Signed => return Proof::Signed,
                Proof::DnsFailed => found = Some(Proof::DnsFailed),
                other => found = found.or(Some(other)),
            }
        }
        found.unwrap_or(Proof::Unsigned)
    }

    /// Judges the one signature that the message is left with.
    async fn one(&self, message: &AuthenticatedMessage<'_>, domain: &str) -> Proof {
        let outputs = self.0.verify_dkim(message).await;
        let Some(output) = outputs.last() else { return Proof::Unsigned };
        let found = match output.result() {
            DkimResult::Pass => Proof::Signed,
            DkimResult::TempError(_) => return Proof::DnsFailed,
            DkimResult::PermError(_) => return Proof::KeyMissing,
            DkimResult::Neutral(Error::Dkim(DkimError::SignatureExpired)) => return Proof::SignatureExpired,
            DkimResult::Neutral(_) => return Proof::SignatureBroken,
            DkimResult::Fail(_) => Proof::SignatureBroken,
            DkimResult::None => return Proof::Unsigned,
        };
        if self.key_is_weak(output).await {
            Proof::SignatureWeak
        } else if found == Proof::Signed && output.signature().is_some_and(|one| signer(one) != domain) {
            self.relaxed_alignment(message, &outputs).await
        } else {
            found
        }
    }

    /// The key has just been fetched, and is asked for again at most where it may not be kept.
    async fn key_is_weak(&self, output: &DkimOutput<'_>) -> bool {
        let Some(signature) = output.signature() else { return true };
        match self.0.txt_lookup::<DomainKey>(signature.domain_key(), NO_CACHE).await {
            Ok(key) => key.has_flag(TESTING) || key.p.public_key_bits() < SHORTEST_RSA_KEY,
            Err(_) => true,
        }
    }

    /// A relative of the From domain has signed. Its DMARC record may demand the very domain
    /// (`adkim=s`), or draw the borders of the organisation elsewhere.
    async fn relaxed_alignment(
        &self,
        message: &AuthenticatedMessage<'_>,
        outputs: &[DkimOutput<'_>],
    ) -> Proof {
        let no_spf = SpfOutput::default();
        let dmarc = self.0.verify_dmarc(DmarcParameters::new(message, outputs, "", &no_spf)).await;
        match dmarc.dkim_result() {
            DmarcResult::Pass => Proof::Signed,
            DmarcResult::TempError(_) => Proof::DnsFailed,
            // Without a record alignment is relaxed, by the public suffix list.
            DmarcResult::None if dmarc.dmarc_record().is_none() => Proof::Signed,
            DmarcResult::None | DmarcResult::Fail(_) | DmarcResult::PermError(_) => Proof::NotAligned,
        }
    }
}

fn authenticator(dns: Dns) -> Result<MessageAuthenticator, NetError> {
    let (config, mut options) = match dns {
        Dns::Server(address) => (one_server(address), ResolverOpts::default()),
        // Without a checker nobody asks; see `new`.
        Dns::System | Dns::Off => read_system_conf()?,
    };
    options.timeout = ONE_QUESTION;
    options.attempts = ASKED_AGAIN;
    options.max_active_requests = MOST_QUESTIONS;
    MessageAuthenticator::new(config, options)
}

fn one_server(address: SocketAddr) -> ResolverConfig {
    let at_port = |mut connection: ConnectionConfig| {
        connection.port = address.port();
        connection
    };
    let connections = vec![at_port(ConnectionConfig::udp()), at_port(ConnectionConfig::tcp())];
    let server = NameServerConfig::new(address.ip(), true, connections);
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}
