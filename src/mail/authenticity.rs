//! Is the mail from who it says?
//!
//! Two can say so. [`server`] reads what the receiving server found out, where the settings
//! trust one, and that goes first. Else the mail's own signatures are checked: [`claim`] finds
//! those that could prove the sender, without any network, and a [`Checker`] looks up their keys.
//!
//! Invariant: a sender is proven by a signature over the very bytes that are read and answered,
//! or by the trusted server; whatever is in doubt is not proven. Our own check never says that a
//! mail is forged: SPF, which may have passed, is known to the receiving server alone.

mod checker;
mod header;
mod organisation;
pub mod server;
mod signatures;

use crate::domain::message::{Authenticity, Contact, Message};
use crate::domain::proof::Proof;

pub use checker::Checker;
pub use signatures::{Claim, claim};

/// What our own check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whose mail it proves to be, in lower case; `None` where nothing is proven.
    pub sender: Option<String>,
    pub proof: Proof,
}

impl Finding {
    /// Nothing is proven, for this reason.
    pub fn nothing(proof: Proof) -> Finding {
        Finding { sender: None, proof }
    }
}

/// Says in a parsed mail what our own check found, unless the trusted server has spoken.
pub fn settle(message: &mut Message, finding: &Finding) {
    let Some(mail) = message.mail.as_mut().filter(|mail| mail.proof == Proof::Unchecked) else { return };
    let sender = match &message.contact {
        Contact::Email(address) => Some(address.as_str().to_lowercase()),
        Contact::Telegram { .. } | Contact::Chat(_) => None,
    };
    let passes = finding.proof.authenticity() == Authenticity::Pass;
    // Two readers of one header, and they disagree: who answers must not be the one who is wrong.
    mail.proof = if passes && finding.sender != sender { Proof::AmbiguousHeader } else { finding.proof };
    message.authenticity = mail.proof.authenticity();
}
