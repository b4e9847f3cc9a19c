//! What speaks for the sender of a mail, or why nothing does.
//!
//! A From line proves nothing. The shell looks for proof in what the receiving server found and
//! in the mail's own signatures, and says here what it found; it is stored with the decision.
//!
//! Invariant: two findings are a pass, one is a fail, and every other leaves the sender unproven.

/// How sure it is that the sender is who the From line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authenticity {
    /// Proven: an aligned pass of the server or of our own check, or a channel that
    /// authenticates by itself.
    Pass,
    /// Nothing speaks for it or against it.
    None,
    /// The sender's own domain says that this mail is not from it.
    Fail,
}

impl Authenticity {
    pub fn name(self) -> &'static str {
        match self {
            Authenticity::Pass => "pass",
            Authenticity::None => "none",
            Authenticity::Fail => "fail",
        }
    }
}

/// What was found out about the sender of one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Proof {
    /// Nobody has looked: the trusted server says nothing, and no signature was checked.
    #[default]
    Unchecked,
    /// The trusted server found an aligned pass.
    ServerPass,
    /// The trusted server found that the mail is not from its From domain.
    ServerFail,
    /// A signature of the From domain holds, aligned as its DMARC record demands.
    Signed,
    /// No signature of the From domain, whoever else has signed.
    Unsigned,
    /// What was signed is not what has come.
    SignatureBroken,
    SignatureExpired,
    /// It leaves open what matters (`l=`, no Subject), is too weak (SHA-1, a short key) or its
    /// key is only being tested.
    SignatureWeak,
    /// The domain publishes no usable key of that name, or has withdrawn it.
    KeyMissing,
    /// A relative of the From domain has signed, and its DMARC record demands the very domain.
    NotAligned,
    /// A header that can be read in two ways: two From fields, two subjects, lines that are no fields.
    AmbiguousHeader,
    /// DNS gave no answer in time.
    DnsFailed,
    /// The check itself failed.
    CheckFailed,
}

impl Proof {
    pub const ALL: [Proof; 13] = [
        Proof::Unchecked,
        Proof::ServerPass,
        Proof::ServerFail,
        Proof::Signed,
        Proof::Unsigned,
        Proof::SignatureBroken,
        Proof::SignatureExpired,
        Proof::SignatureWeak,
        Proof::KeyMissing,
        Proof::NotAligned,
        Proof::AmbiguousHeader,
        Proof::DnsFailed,
        Proof::CheckFailed,
    ];

    /// A signature that does not hold is no fail (RFC 6376 §6.3): lists and forwarders break it,
    /// and SPF, which only the receiving server can check, may have passed.
    pub fn authenticity(self) -> Authenticity {
        match self {
            Proof::ServerPass | Proof::Signed => Authenticity::Pass,
            Proof::ServerFail => Authenticity::Fail,
            Proof::Unchecked
            | Proof::Unsigned
            | Proof::SignatureBroken
            | Proof::SignatureExpired
            | Proof::SignatureWeak
            | Proof::KeyMissing
            | Proof::NotAligned
            | Proof::AmbiguousHeader
            | Proof::DnsFailed
            | Proof::CheckFailed => Authenticity::None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Proof::Unchecked => "unchecked",
            Proof::ServerPass => "server_pass",
            Proof::ServerFail => "server_fail",
            Proof::Signed => "signed",
            Proof::Unsigned => "unsigned",
            Proof::SignatureBroken => "signature_broken",
            Proof::SignatureExpired => "signature_expired",
            Proof::SignatureWeak => "signature_weak",
            Proof::KeyMissing => "key_missing",
            Proof::NotAligned => "not_aligned",
            Proof::AmbiguousHeader => "ambiguous_header",
            Proof::DnsFailed => "dns_failed",
            Proof::CheckFailed => "check_failed",
        }
    }

    pub fn from_name(name: &str) -> Option<Proof> {
        Proof::ALL.into_iter().find(|proof| proof.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_is_known_again_by_its_name() {
        for proof in Proof::ALL {
            assert_eq!(Proof::from_name(proof.name()), Some(proof));
        }
        assert_eq!(Proof::from_name("certainly"), None);
    }
}
