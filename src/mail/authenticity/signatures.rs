//! The signatures of a mail that could prove its sender.
//!
//! Bytes come in; what is left to look up goes out as a [`Claim`], or why there is nothing to look
//! up. No network is needed for that, and of the mail only the header and the hashes of its body
//! are kept.
//!
//! Invariant: what is kept is bounded, whatever the mail holds: a header of limited length, few
//! signatures, all by relatives of the one From domain, and each over all of the body.

use std::panic::catch_unwind;

use mail_auth::common::crypto::{Algorithm, HashAlgorithm};
use mail_auth::common::to_a_label;
use mail_auth::dkim::{Canonicalization, DkimError, Signature};
use mail_auth::{AuthenticatedMessage, Error};

use super::organisation::same_organisation;
use super::{header, server};
use crate::domain::proof::Proof;
use crate::mail::headers;

/// Bytes. The longest headers of honest mail have tens of kilobytes.
const LONGEST_HEADER: usize = 128 * 1024;
/// Signatures looked at; a domain seldom sets more than two.
const MOST_SIGNATURES: usize = 4;
/// Names in the list of what a signature covers.
const MOST_NAMES: usize = 200;

/// A mail with signatures that prove its sender if they hold.
#[derive(Debug)]
pub struct Claim {
    /// The From address in lower case.
    pub(super) sender: String,
    head: Vec<u8>,
    body_hashes: Vec<(Canonicalization, HashAlgorithm, u64, Vec<u8>)>,
}

/// Finds the signatures worth looking up, or says why there are none. A mail about which the
/// trusted server has spoken needs no look-up. Never panics, whatever the bytes are.
pub fn claim(bytes: &[u8], trusted_authserv_id: Option<&str>) -> Result<Claim, Proof> {
    // The verifier is another project's; should it panic on some mail, the mail is unproven.
    catch_unwind(|| worth_looking_up(bytes, trusted_authserv_id)).unwrap_or(Err(Proof::CheckFailed))
}

fn worth_looking_up(bytes: &[u8], trusted_authserv_id: Option<&str>) -> Result<Claim, Proof> {
    let mail = headers::framed(bytes);
    let (head, _) = headers::split(&mail);
    let fields = headers::fields(head);
    if headers::first(&fields, "dkim-signature").is_none() {
        return Err(Proof::Unsigned);
    }
    if head.len() > LONGEST_HEADER || !header::is_clear(head, &fields) {
        return Err(Proof::AmbiguousHeader);
    }
    let mut message = AuthenticatedMessage::parse(&mail).ok_or(Proof::Unsigned)?;
    // RFC 7489 §6.6.1: more than one author is nobody who could be proven.
    let sender = match message.from.as_slice() {
        [one] => one.clone(),
        _ => return Err(Proof::AmbiguousHeader),
    };
    if let Some(said) = server::judge(&fields, trusted_authserv_id, Some(domain_of(&sender))) {
        return Err(said);
    }
    keep_own_signatures(&mut message, &domain_in_ascii(&sender))?;
    Ok(Claim { sender, body_hashes: message.body_hashes.clone(), head: head.to_vec() })
}

impl Claim {
    /// The domain of the From address as DNS knows it.
    pub(super) fn domain(&self) -> String {
        domain_in_ascii(&self.sender)
    }

    /// The mail as a verifier needs it.
    pub(super) fn message(&self) -> Option<AuthenticatedMessage<'_>> {
        let mut message = AuthenticatedMessage::parse(&self.head)?;
        message.body_hashes.clone_from(&self.body_hashes);
        keep_own_signatures(&mut message, &self.domain()).ok()?;
        Some(message)
    }
}

/// The domain by which a signature is made, as DNS knows it.
pub(super) fn signer(signature: &Signature) -> String {
    to_a_label(&signature.d).into_owned()
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn domain_in_ascii(address: &str) -> String {
    to_a_label(domain_of(address)).trim_end_matches('.').to_owned()
}

/// Leaves the signatures that could prove a sender of this domain, those by the very domain first.
fn keep_own_signatures(message: &mut AuthenticatedMessage<'_>, domain: &str) -> Result<(), Proof> {
    let cut = message.errors.iter().any(|error| error.header == Error::Dkim(DkimError::SignatureLength));
    message.errors.clear();
    let has_subject = message.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"subject"));
    message.dkim_headers.retain(|one| same_organisation(&signer(&one.header), domain));
    if message.dkim_headers.is_empty() {
        return Err(if cut { Proof::SignatureWeak } else { Proof::Unsigned });
    }
    message.dkim_headers.retain(|one| is_strong(&one.header, has_subject));
    if message.dkim_headers.is_empty() {
        return Err(Proof::SignatureWeak);
    }
    message.dkim_headers.sort_by_key(|one| signer(&one.header) != domain);
    message.dkim_headers.truncate(MOST_SIGNATURES);
    for one in &mut message.dkim_headers {
        // RFC 6541 and RFC 6651 would cost further look-ups, and prove nothing about the sender.
        one.header.atps = None;
        one.header.r = false;
    }
    Ok(())
}

/// Whether a signature that holds would say enough. One with `l=`, which leaves the end of the
/// body open, does not even come here.
fn is_strong(signature: &Signature, has_subject: bool) -> bool {
    let covers = |name: &str| signature.h.iter().any(|covered| covered.eq_ignore_ascii_case(name));
    // RFC 8301 §3.1: SHA-1 is no proof any more.
    signature.a != Algorithm::RsaSha1
        && signature.h.len() <= MOST_NAMES
        // RFC 6376 §5.4: From must be covered. A subject may be a command.
        && covers("from")
        && (!has_subject || covers("subject"))
}
