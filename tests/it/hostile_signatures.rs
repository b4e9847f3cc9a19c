//! Signatures as the world sends them, honest and hostile: none makes the check fail or stall.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pasokh::domain::message::Authenticity;
use pasokh::domain::proof::Proof;
use pasokh::mail::authenticity::{Checker, claim};
use pasokh::mail::headers;
use proptest::proptest;

use crate::fakes::dns::FakeDns;
use crate::fakes::signer::{ed25519_record, signed_ed25519};
use crate::mail_corpora::mails;
use crate::mail_signatures::{bank, checker, dns, judged};

/// Every mail of other people that there is: as it came, and signed anew by its sender's domain.
#[tokio::test]
async fn real_mail_of_every_kind_is_judged_without_fail() {
    let dns = FakeDns::start().await;
    let checker = checker(&dns);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for folder in FOLDERS {
        for (name, bytes) in mails(folder) {
            let as_it_came = checked(&checker, &bytes).await;
            assert_eq!(as_it_came.authenticity(), Authenticity::None, "{name}: no key is known");
            let anew = signed_anew(&dns, &checker, &bytes).await;
            for proof in [as_it_came, anew] {
                assert!(!matches!(proof, Proof::CheckFailed | Proof::DnsFailed), "{name}: {proof:?}");
            }
            if folder == "ordinary-mail/human" {
                assert_eq!(anew, Proof::Signed, "{name}");
            }
            *counts.entry(format!("{}, then {}", as_it_came.name(), anew.name())).or_default() += 1;
        }
    }
    println!("{counts:#?}");
    assert!(counts["signature_broken, then signed"] > 0, "{counts:?}");
}

const FOLDERS: [&str; 6] = [
    "bounce-sisimai",
    "mime-legacy",
    "mime-rfc",
    "ordinary-mail/ham",
    "ordinary-mail/human",
    "ordinary-mail/spam",
];

/// By the domain of its author, whose key is published.
async fn signed_anew(dns: &FakeDns, checker: &Checker, bytes: &[u8]) -> Proof {
    let mail = headers::framed(bytes);
    let parsed = mail_parser::MessageParser::default().parse_headers(&mail);
    let author = parsed.as_ref().and_then(|mail| mail.from()?.first()?.address());
    let domain =
        author.and_then(|author| author.rsplit_once('@')).map_or("none.example", |(_, domain)| domain);
    dns.txt(&format!("new._domainkey.{domain}"), ed25519_record());
    checked(checker, &signed_ed25519(&mail, domain, "new")).await
}

async fn checked(checker: &Checker, bytes: &[u8]) -> Proof {
    match claim(bytes, None) {
        Ok(claim) => checker.check(&claim).await.proof,
        Err(proof) => proof,
    }
}

#[tokio::test]
async fn hostile_signatures_cost_little_and_break_nothing() {
    let dns = dns().await;
    let checker = checker(&dns);
    let names: Vec<String> = (0..10_000).map(|n| format!("x{n}")).collect();
    let deep = STANDARD.encode("[".repeat(60_000));
    for field in [
        format!("DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=rsa; h=from:subject:{}; bh=AA==; b=AA==", names.join(":")),
        format!("Message-Instance: m=1; r={deep}\r\nDKIM-Signature: d=bank.example"),
        "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=rsa; h=from:subject; bh=AA==; b=AA==\r\n".repeat(1000).trim_end().to_owned(),
        format!("DKIM-Signature: a=rsa-sha256; d={0}.bank.example; s={0}; h=from:subject; bh=AA==; b=AA==", "a".repeat(5000)),
        "DKIM-Signature:".to_owned(),
        "DKIM-Signature: ;;;===;;;".to_owned(),
        "DKIM-Signature: a=rsa-sha256; d=bank.example; s=..; h=from:subject; bh=; b=".to_owned(),
        "DKIM-Signature: a=rsa-sha256; d=bank.example; s=rsa; h=from:subject; l=18446744073709551616; x=99999999999999999999999; bh=AA==; b=AA==".to_owned(),
        "DKIM-Signature: a=rsa-sha256; d=\u{202e}bank.example; s=\u{0}rsa; i=@; h=\u{fffd}; bh=*; b=*".to_owned(),
    ] {
        let (proof, authenticity) = judged(&checker, format!("{field}\r\n{}", bank()).as_bytes()).await;
        assert_eq!(authenticity, Authenticity::None, "{proof:?}");
        assert!(!matches!(proof, Proof::CheckFailed | Proof::DnsFailed), "{proof:?}: {field:.200}");
    }
}

proptest! {
    #[test]
    fn no_signature_field_makes_the_check_fail(value in "[ -~\r\n\t\\x00-\\xff]{0,200}", tags in proptest::collection::vec("(v|a|d|s|h|b|bh|i|l|x|t|c|z|q|r|atps)=[ -~]{0,40}", 0..12)) {
        for field in [value.as_str(), &tags.join("; "), &format!("d=bank.example; s=a; h=from:subject; b=AA==; bh=AA==; {}", tags.join(";"))] {
            let mail = format!("DKIM-Signature: {field}\r\n{}", bank());
            let found = claim(mail.as_bytes(), None);
            proptest::prop_assert!(!matches!(found, Err(Proof::CheckFailed)));
        }
    }
}
