//! Signs mails as their domains do (RFC 6376), and as nobody should.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_auth::common::crypto::{Ed25519Key, RsaKey, Sha256, SigningKey};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::{Canonicalization, DkimSigner};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use sha2::Digest as _;

/// What honest signers cover.
const COVERED: [&str; 6] = ["From", "To", "Subject", "Date", "Message-ID", "Content-Type"];

/// 2048 bits, made for these tests.
fn rsa_key() -> RsaKey<Sha256> {
    let pem = include_bytes!("dkim_test_key.pem");
    RsaKey::from_key_der(PrivateKeyDer::from_pem_slice(pem).expect("a key")).expect("an RSA key")
}

fn ed25519_key() -> Ed25519Key {
    // RFC 8463 §A.2: the key pair of the specification's own example.
    let seed = STANDARD.decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=").expect("base64");
    let public = STANDARD.decode("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=").expect("base64");
    Ed25519Key::from_seed_and_public_key(&seed, &public).expect("an Ed25519 key")
}

/// The TXT record of the RSA key; `more` are further tags, such as `t=y; `.
pub fn rsa_record(more: &str) -> String {
    format!("v=DKIM1; k=rsa; {more}p={}", STANDARD.encode(rsa_key().public_key()))
}

pub fn ed25519_record() -> String {
    format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(ed25519_key().public_key()))
}

/// Signed by mail-auth's own signer.
pub fn signed(mail: &str, domain: &str, selector: &str) -> String {
    String::from_utf8(signed_by(rsa_key(), mail.as_bytes(), domain, selector)).expect("a text")
}

pub fn signed_ed25519(mail: &[u8], domain: &str, selector: &str) -> Vec<u8> {
    signed_by(ed25519_key(), mail, domain, selector)
}

fn signed_by<K: SigningKey>(key: K, mail: &[u8], domain: &str, selector: &str) -> Vec<u8> {
    let signer = DkimSigner::from_key(key).domain(domain).selector(selector).headers(COVERED);
    let signer = signer
        .header_canonicalization(Canonicalization::Relaxed)
        .body_canonicalization(Canonicalization::Relaxed);
    let signature = signer.sign(mail).expect("a signature").to_header();
    [signature.as_bytes(), mail].concat()
}

/// Signed by hand, relaxed, so that every tag can be chosen: `tags` are those besides `v`, `a`,
/// `c`, `h`, `bh` and `b`; `length` is that of the body covered, and says nothing in the tags.
pub fn signed_by_hand(mail: &str, tags: &str, covered: &str, length: Option<usize>) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").expect("a mail");
    let body = format!("{}\r\n", body.trim_end());
    let hashed = body.get(..length.unwrap_or(body.len())).expect("a short length");
    let hash = STANDARD.encode(sha2::Sha256::digest(hashed));
    let unsigned = format!("v=1; a=rsa-sha256; c=relaxed/relaxed; {tags}; h={covered}; bh={hash}; b=");
    let mut input = String::new();
    for name in covered.split(':') {
        let field = head.lines().rev().find(|line| is_named(line, name));
        input.extend(field.and_then(|line| line.split_once(':')).map(|(_, value)| relaxed(name, value)));
    }
    input.push_str(relaxed("dkim-signature", &unsigned).trim_end());
    let signature = rsa_key().sign(input.as_bytes()).expect("a signature");
    format!("DKIM-Signature: {unsigned}{}\r\n{mail}", STANDARD.encode(signature))
}

fn is_named(line: &str, name: &str) -> bool {
    line.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
}

fn relaxed(name: &str, value: &str) -> String {
    let words: Vec<&str> = value.split_whitespace().collect();
    format!("{}:{}\r\n", name.to_lowercase(), words.join(" "))
}
