//! Explain: what would be done with a message; touches nothing.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::domain::code::TrackingCode;
use crate::domain::conversation::ConversationId;
use crate::domain::decide::{self, Fresh, Known};
use crate::domain::message::{Authenticity, Channel, Contact, EmailAddress, Language, Message, MessageId};
use crate::domain::outbox::OutboxId;
use crate::domain::proof::Proof;
use crate::domain::rules::Rules;
use crate::domain::secrets;
use crate::domain::short_code::ShortCode;
use crate::mail::authenticity::{self, Checker, Finding};
use crate::report::explanation::{Explanation, LearntLine};
use crate::settings::{EmailAccount, Imap, Settings, Smtp, Tls};
use crate::{mail, telegram};

/// Decides as the daemon would about a message from somebody unknown.
pub struct Explainer<'a> {
    pub rules: &'a Rules,
    pub settings: &'a Settings,
    pub now: Timestamp,
    /// Tells what lies behind the score, which takes about as long as deciding.
    pub in_detail: bool,
}

impl Explainer<'_> {
    /// A bare text, as if it came on this channel.
    pub fn text(&self, text: &str, channel: Channel, language: Option<Language>) -> Explanation {
        let contact = match channel {
            Channel::Telegram => Contact::Telegram { bot: "explain".to_owned(), chat: 0 },
            // A text has no headers to be judged by, so that even a mail's text is asked about as a chat's.
            Channel::Email | Channel::Chat | Channel::Phone => Contact::Chat("explain".to_owned()),
        };
        let message = Message {
            id: MessageId(0),
            channel,
            account: "explain".to_owned(),
            contact,
            name: None,
            text: text.to_owned(),
            visible: text.to_owned(),
            attachments: Vec::new(),
            press: None,
            edited: false,
            reply_to: None,
            authenticity: Authenticity::Pass,
            unanswerable: None,
            language_hint: language,
            mail: None,
            update_id: None,
            received_at: self.now,
        };
        self.message(&message)
    }

    /// A mail as it lies in a file. Its signatures are checked as the daemon does.
    pub async fn mail(&self, bytes: &[u8]) -> Explanation {
        let account = self.settings.email.first().cloned().unwrap_or_else(unconfigured);
        let finding = self.finding(bytes, account.trusted_authserv_id.as_deref()).await;
        let received = mail::parse::ReceivedMail { id: MessageId(0), bytes, received_at: self.now };
        let mut parsed = mail::parse::parse(received, &account);
        authenticity::settle(&mut parsed.message, &finding);
        self.message(&parsed.message)
    }

    async fn finding(&self, bytes: &[u8], trusted: Option<&str>) -> Finding {
        let Some(checker) = Checker::new(self.settings.dns) else {
            return Finding::nothing(Proof::Unchecked);
        };
        match authenticity::claim(bytes, trusted) {
            Ok(claim) => checker.check(&claim).await,
            Err(proof) => Finding::nothing(proof),
        }
    }

    /// A Telegram update as JSON.
    pub fn update(&self, bytes: &[u8]) -> Explanation {
        let message = telegram::parse::parse(telegram::parse::Update {
            id: MessageId(0),
            bytes,
            files: &[],
            received_at: self.now,
            bot_name: self.settings.telegram.first().map_or("explain", |bot| bot.name.as_str()),
            bot_username: None,
            staff_group: self.settings.staff.telegram_group,
        });
        self.message(&message)
    }

    fn message(&self, message: &Message) -> Explanation {
        let mut message = message.clone();
        let known = Known {
            hid_secrets: secrets::hide(&mut message),
            proven: message.authenticity == Authenticity::Pass,
            ..Known::default()
        };
        let message = &message;
        let fresh = Fresh {
            conversation: ConversationId(0),
            row: OutboxId(0),
            code: TrackingCode::from_seed(0),
            other_row: OutboxId(0),
            one_time: ShortCode::from_value(0),
        };
        let decision = decide::decide(self.rules, &known, message, self.now, fresh);
        let mut explanation = Explanation::of(&decision.verdict, message);
        if self.in_detail && decision.verdict.understanding.is_some() {
            explanation.learnt = Some(LearntLine::of(&self.rules.matcher.reasons(&decision.verdict.visible)));
        }
        explanation
    }
}

/// For `explain --eml` where no mailbox is configured: nothing is ours, no server is trusted.
#[expect(clippy::expect_used, reason = "the constant is an address")]
fn unconfigured() -> EmailAccount {
    let host = "localhost".to_owned();
    EmailAccount {
        name: "explain".to_owned(),
        address: EmailAddress::parse("explain@localhost.invalid").expect("an address"),
        aliases: Vec::new(),
        display_name: None,
        imap: Imap {
            host: host.clone(),
            port: 0,
            tls: Tls::Implicit,
            ca_file: None,
            username: String::new(),
            password: SecretString::from(String::new()),
            folder: "INBOX".to_owned(),
            poll: Duration::from_secs(60),
        },
        smtp: Smtp { host, port: 0, tls: Tls::Implicit, ca_file: None, login: None },
        trusted_authserv_id: None,
    }
}
