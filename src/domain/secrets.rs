//! What customers should not have sent: card numbers, accounts, national ids, PINs and SMS codes.
//!
//! A parsed message comes in; its texts are made such that nobody needs to keep the secret.
//!
//! Invariant: what a person must know to help (phone numbers, codes of orders and parcels, our own
//! tracking codes) stays readable.

use crate::domain::message::Message;
use crate::domain::text::hide_secrets;

/// Stars them in everything that is read or stored of the message; tells whether there were any.
pub fn hide(message: &mut Message) -> bool {
    let subject = message.mail.as_mut().map(|mail| &mut mail.subject);
    let mut found = false;
    for text in [&mut message.text, &mut message.visible].into_iter().chain(subject) {
        if let Some(hidden) = hide_secrets(text) {
            *text = hidden;
            found = true;
        }
    }
    found
}
