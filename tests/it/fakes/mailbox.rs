//! Settings of a mailbox on loopback, for tests to change.

use std::time::Duration;

use pasokh::domain::message::EmailAddress;
use pasokh::settings::{EmailAccount, Imap, Smtp, Tls};

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap_or_else(|| panic!("{text} is an address"))
}

/// `support@shop.example`, whose servers have to be filled in.
pub fn account() -> EmailAccount {
    EmailAccount {
        name: "support".to_owned(),
        address: address("support@shop.example"),
        aliases: vec![address("help@shop.example")],
        display_name: None,
        imap: Imap {
            host: "localhost".to_owned(),
            port: 0,
            tls: Tls::None,
            ca_file: None,
            username: "support".to_owned(),
            password: "secret".to_owned().into(),
            folder: "INBOX".to_owned(),
            poll: Duration::from_secs(60),
        },
        smtp: Smtp { host: "localhost".to_owned(), port: 0, tls: Tls::None, ca_file: None, login: None },
        trusted_authserv_id: None,
    }
}
