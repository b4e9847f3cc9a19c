//! The shop: customers who write, press, come back and complain; staff who answer late, or never.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use pasokh::domain::complaint::ComplaintKind;
use pasokh::domain::complaint::lists::{Category, Finding, Recurrence, Remedy};
use pasokh::domain::complaint::moves::Move;
use pasokh::domain::complaint::record::{Assessment, Decision};
use pasokh::domain::complaint::severity::{Factor, Scores, Severity};
use pasokh::domain::desk::Action;
use pasokh::domain::judgement::Fit;
use pasokh::domain::message::Contact;
use pasokh::domain::outbox::Recipient;

use crate::world::{Mail, Sent, World};

/// 1 Shahrivar to 29 Aban 1405, whole days in Tehran.
pub const FIRST: &str = "2026-08-22T20:30:00Z";
pub const LAST: &str = "2026-11-20T20:30:00Z";
const DAYS: i64 = 90;
/// On this day the machine stands in the dark; what was written arrives when it is back.
const DARK: i64 = 41;
/// From eleven on this day the mail server is away for three days.
const SILENT: i64 = 20;
const CUSTOMERS: u64 = 420;

const STAFF: &str = "  people:
    - { name: Sara, role: agent, department: sales }
    - { name: Reza, role: agent, department: logistics }
    - { name: Mina, role: lead, department: logistics }
    - { name: Omid, role: manager }
";
/// Two days on which nobody works: a Monday and a Tuesday.
pub const HOLIDAYS: [&str; 2] = ["2026-09-14", "2026-10-06"];

pub fn shop() -> World {
    let holidays = std::env::temp_dir().join(format!("pasokh-holidays-{}.yaml", std::process::id()));
    let lines: Vec<String> =
        HOLIDAYS.iter().map(|day| format!("- {{ date: {day}, name: closed }}\n")).collect();
    std::fs::write(&holidays, lines.concat()).unwrap();
    let further = format!(
        "promises: {{ unassigned: 10d, update: 20d }}\nunderstanding: {{ mode: auto }}\ncalendar: {{ week: {{ sat-wed: [\"09:00-17:00\"], thu: [\"09:00-13:00\"] }}, holidays: {} }}\n",
        holidays.display()
    );
    let world = World::shop_of(FIRST, STAFF, &further);
    std::fs::remove_file(holidays).unwrap();
    world
}

/// xorshift64*: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % below
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.roll(list.len() as u64)).unwrap()]
    }
}

#[derive(Debug, Clone)]
enum Happening {
    Writes {
        customer: u64,
        text: String,
    },
    /// Presses a button that bears one of these labels; in mail, the number of its line.
    Presses {
        customer: u64,
        sent: Box<Sent>,
        label: usize,
    },
    Works {
        code: String,
        by: &'static str,
        action: Box<Action>,
    },
}

struct Life {
    dice: Dice,
    agenda: BTreeMap<(Timestamp, u64), Happening>,
    count: u64,
}

/// Ninety days.
pub fn live(world: &mut World) {
    let mut life = Life { dice: Dice(0x5EED_1405), agenda: BTreeMap::new(), count: 0 };
    let first: Timestamp = FIRST.parse().unwrap();
    for day in 0..DAYS {
        life.customers_of(first + SignedDuration::from_hours(24 * day), day);
    }
    let dark = first + SignedDuration::from_hours(24 * DARK);
    let light = dark + SignedDuration::from_hours(24);
    let mut was_dark = false;
    while let Some(((at, _), happening)) = life.agenda.pop_first() {
        if at >= LAST.parse::<Timestamp>().unwrap() {
            break;
        }
        if at >= dark && at < light && !matches!(happening, Happening::Works { .. }) {
            life.plan(light + SignedDuration::from_mins(1), happening);
            continue;
        }
        if at >= light && !std::mem::replace(&mut was_dark, true) {
            world.crash_and_restart();
        }
        let silent = first + SignedDuration::from_hours(24 * SILENT + 11);
        world.reachable("support", at < silent || at > silent + SignedDuration::from_hours(72));
        if at > world.now() {
            let until = at.duration_since(world.now());
            world.pass(until);
        }
        life.happens(world, happening);
        life.react(world);
    }
    let rest = LAST.parse::<Timestamp>().unwrap().duration_since(world.now());
    world.advance(rest);
    world.read_all();
}

impl Life {
    fn plan(&mut self, at: Timestamp, happening: Happening) {
        self.count += 1;
        self.agenda.insert((at, self.count), happening);
    }

    /// What customers will write on this day of their own accord. In its sixth week a carrier fails.
    fn customers_of(&mut self, midnight: Timestamp, day: i64) {
        let messages = 9 + self.dice.roll(11);
        for _ in 0..messages {
            let at = midnight + SignedDuration::from_secs(i64::try_from(self.dice.roll(86_400)).unwrap());
            let customer = self.dice.roll(CUSTOMERS);
            let storm = (35..42).contains(&day);
            let text = self.text(customer, storm);
            self.plan(at, Happening::Writes { customer, text });
        }
    }

    fn text(&mut self, customer: u64, storm: bool) -> String {
        let pool = match self.dice.roll(100) {
            0..=44 => QUESTIONS,
            45..=59 => UNKNOWN,
            60..=69 => REQUESTS,
            70..=74 => OPINIONS,
            _ => COMPLAINTS,
        };
        let pool = if storm && self.dice.chance(30) { COMPLAINTS } else { pool };
        let (fa, en) = *self.dice.one_of(pool);
        if customer.is_multiple_of(3) { en.to_owned() } else { fa.to_owned() }
    }

    fn happens(&mut self, world: &mut World, happening: Happening) {
        match happening {
            Happening::Writes { customer, text } => {
                let message = write(world, customer, &text);
                let verdict = world.outcome(message).verdict.expect("the message is decided");
                if verdict.disposition.name() == "filed" {
                    let (code, kind) = (verdict.code.unwrap().to_string(), verdict.kind.unwrap());
                    self.case(world.now(), customer, &code, kind);
                    if kind == ComplaintKind::Complaint && self.dice.chance(12) {
                        let again =
                            SignedDuration::from_hours(i64::try_from(300 + self.dice.roll(700)).unwrap());
                        self.plan(world.now() + again, Happening::Writes { customer, text });
                    }
                }
            }
            Happening::Presses { customer, sent, label } => self.press(world, customer, &sent, label),
            Happening::Works { code, by, action } => {
                // What the state forbids by then is refused, and that is that.
                let _ = world.staff_member(by, &code, &action);
            }
        }
    }

    fn press(&mut self, world: &mut World, customer: u64, sent: &Sent, label: usize) {
        let message = if matches!(sent.row.to, Recipient::Customer(Contact::Email(_))) {
            world.mail(Mail::from(&address(customer), &(label + 1).to_string()).replying(sent))
        } else {
            let label = sent.labels()[label].to_owned();
            world.press(sent, &label)
        };
        let verdict = world.outcome(message).verdict.expect("the message is decided");
        if verdict.disposition.name() == "filed" {
            let (code, kind) = (verdict.code.unwrap().to_string(), verdict.kind.unwrap());
            self.case(world.now(), customer, &code, kind);
        }
    }

    /// What staff will do about a case: some take days, some cases nobody ever touches.
    fn case(&mut self, now: Timestamp, customer: u64, code: &str, kind: ComplaintKind) {
        let by = *self.dice.one_of(&["Sara", "Reza", "Mina", "Omid"]);
        let mut at = now;
        if self.dice.chance(6) {
            return;
        }
        if self.dice.chance(70) {
            at = self.working_time(at, &[0, 0, 0, 1]);
            self.work(at, code, by, Action::Assign { owner: by.to_owned() });
        }
        if kind != ComplaintKind::Complaint && self.dice.chance(5) {
            self.work(at, code, by, Action::Set { intent: None, kind: Some(ComplaintKind::Complaint) });
        }
        if self.dice.chance(6) {
            self.work(
                at,
                code,
                by,
                Action::Set { intent: Some(Fit::Intent("shipping".to_owned())), kind: None },
            );
        }
        if kind == ComplaintKind::Complaint && self.dice.chance(60) {
            let category = *self.dice.one_of(&[
                Category::NotDelivered,
                Category::NotDelivered,
                Category::Defective,
                Category::RefundLate,
                Category::WrongItem,
            ]);
            let scores = Scores::default().with(Factor::Money, u8::try_from(self.dice.roll(3)).unwrap());
            let assessment =
                Assessment { scores, category: Some(category), complexity: 1, ..Assessment::default() };
            self.work(at, code, by, Action::Process(Move::Assess(assessment)));
        }
        if kind == ComplaintKind::Complaint && self.dice.chance(30) {
            let severity = *self.dice.one_of(&[Severity::Three, Severity::Three, Severity::Four]);
            self.work(
                at,
                code,
                by,
                Action::Process(Move::SetSeverity { severity, reason: "read it".to_owned() }),
            );
        }
        at = self.working_time(at, &[0, 0, 0, 0, 1, 1, 2, 4, 9]);
        let wait = self.dice.chance(20);
        self.work(
            at,
            code,
            by,
            Action::Reply {
                text: "در حال بررسی هستیم. We are looking into it.".to_owned(), wait
            },
        );
        if self.dice.chance(if wait { 80 } else { 25 }) {
            let answered = at + SignedDuration::from_hours(i64::try_from(2 + self.dice.roll(60)).unwrap());
            let text = format!(
                "{code} {}",
                self.dice.one_of(&["هنوز خبری نشد", "the number is 55120", "عکس را فرستادم"])
            );
            self.plan(answered, Happening::Writes { customer, text });
            at = self.working_time(answered, &[0, 0, 1, 3]);
            self.work(
                at,
                code,
                by,
                Action::Reply { text: "ممنون از پاسختان. Thank you.".to_owned(), wait: false },
            );
        }
        if self.dice.chance(10) {
            let asked = at + SignedDuration::from_hours(7);
            self.plan(asked, Happening::Writes { customer, text: format!("status {code}") });
        }
        self.end(at, customer, code, kind, by);
    }

    fn end(&mut self, after: Timestamp, customer: u64, code: &str, kind: ComplaintKind, by: &'static str) {
        let mut at = self.working_time(after, &[0, 1, 1, 2, 3, 6]);
        if self.dice.chance(10) {
            return;
        }
        if kind == ComplaintKind::Complaint {
            let upheld = self.dice.chance(60);
            self.work(at, code, by, Action::Process(Move::Decide(decision(upheld))));
            if self.dice.chance(4) {
                let (body, reference) = ("e-namad".to_owned(), "12".to_owned());
                self.work(at, code, by, Action::Process(Move::OpenExternal { body, reference }));
            }
            at = self.working_time(at, &[1, 2, 3]);
            let cause = Move::FindCause { cause: "carrier".to_owned(), recurrence: Recurrence::Recurring };
            self.work(at, code, by, Action::Process(cause));
            if self.dice.chance(15) {
                let action = "another carrier".to_owned();
                self.work(at, code, by, Action::Process(Move::Correct { action, owner: None, due: None }));
            }
            let done = Move::RemedyDone { proof: "receipt".to_owned() };
            let at = self.working_time_of(at, 1);
            self.work(at, code, by, Action::Process(done));
        } else {
            self.work(at, code, by, Action::Close { reason: None, outcome: None, tell: true });
        }
        if self.dice.chance(14) {
            let again = at + SignedDuration::from_hours(i64::try_from(30 + self.dice.roll(100)).unwrap());
            self.plan(again, Happening::Writes { customer, text: format!("reopen {code}") });
            let reply = self.working_time(again, &[0, 1, 2]);
            self.work(
                reply,
                code,
                by,
                Action::Reply {
                    text: "دوباره نگاه می‌کنیم. Once more.".to_owned(), wait: false
                },
            );
            let close = self.working_time(reply, &[1, 2, 5]);
            if kind == ComplaintKind::Complaint {
                self.work(close, code, "Mina", Action::Process(Move::Decide(decision(true))));
                let done = Move::RemedyDone { proof: "receipt".to_owned() };
                let at = self.working_time_of(close, 2);
                self.work(at, code, by, Action::Process(done));
            } else {
                self.work(close, code, by, Action::Close { reason: None, outcome: None, tell: false });
            }
        }
    }

    fn work(&mut self, at: Timestamp, code: &str, by: &'static str, action: Action) {
        self.plan(at, Happening::Works { code: code.to_owned(), by, action: Box::new(action) });
    }

    /// So many days later, at some hour between nine and five, never on a Friday.
    fn working_time(&mut self, after: Timestamp, days: &[i64]) -> Timestamp {
        let days = *self.dice.one_of(days);
        if days == 0 {
            let soon = SignedDuration::from_mins(i64::try_from(6 + self.dice.roll(180)).unwrap());
            return self.not_friday(after + soon);
        }
        self.working_time_of(after, days)
    }

    fn working_time_of(&mut self, after: Timestamp, days: i64) -> Timestamp {
        let tehran = 12_600;
        let day = (after.as_second() + tehran).div_euclid(86_400) + days;
        let second = 9 * 3600 + i64::try_from(self.dice.roll(8 * 3600)).unwrap();
        self.not_friday(Timestamp::from_second(day * 86_400 + second - tehran).unwrap())
    }

    fn not_friday(&self, at: Timestamp) -> Timestamp {
        // 1 January 1970 was a Thursday.
        let friday = ((at.as_second() + 12_600).div_euclid(86_400)).rem_euclid(7) == 1;
        if friday { at + SignedDuration::from_hours(24) } else { at }
    }

    /// Customers read what they got, and some press what is under it.
    fn react(&mut self, world: &mut World) {
        for sent in world.read_all() {
            let Recipient::Customer(contact) = &sent.row.to else { continue };
            let (labels, Some(customer)) = (sent.labels().len(), customer_of(contact)) else { continue };
            let soon =
                world.now() + SignedDuration::from_mins(i64::try_from(2 + self.dice.roll(900)).unwrap());
            // Yes, no and scores; menus and lists of topics have more, or links.
            let pressed = match labels {
                2 if self.dice.chance(45) => Some(usize::from(self.dice.chance(22))),
                5 if self.dice.chance(60) => {
                    Some(usize::try_from(self.dice.roll(5).max(self.dice.roll(5))).unwrap())
                }
                _ => None,
            };
            if let Some(label) = pressed {
                self.plan(soon, Happening::Presses { customer, sent: Box::new(sent), label });
            } else if labels == 2 && self.dice.chance(12) {
                let text = if customer.is_multiple_of(3) { "thank you" } else { "ممنون" }.to_owned();
                self.plan(soon, Happening::Writes { customer, text });
            }
        }
    }
}

fn decision(upheld: bool) -> Decision {
    Decision {
        finding: if upheld { Finding::Upheld } else { Finding::NotUpheld },
        reasons: "گزارش باربری بررسی شد. We have read the carrier's report.".to_owned(),
        remedies: if upheld { vec![Remedy::Replace] } else { Vec::new() },
        value: None,
        due: None,
        prevention: None,
        alternative: None,
        approver: None,
        second_reader: None,
    }
}

fn address(customer: u64) -> String {
    format!("c{customer}@shop{customer}.example")
}

fn customer_of(contact: &Contact) -> Option<u64> {
    match contact {
        Contact::Email(address) => address.local().strip_prefix('c')?.parse().ok(),
        Contact::Telegram { chat, .. } => u64::try_from(chat - 5000).ok(),
        Contact::Chat(session) => session.strip_prefix("session-")?.parse().ok(),
    }
}

fn write(world: &mut World, customer: u64, text: &str) -> pasokh::domain::message::MessageId {
    match customer % 5 {
        0 | 3 => world.mail(Mail::from(&address(customer), text)),
        1 | 4 => world.telegram_from(5000 + i64::try_from(customer).unwrap(), text),
        _ => world.chat_from(&format!("session-{customer}"), text),
    }
}

const QUESTIONS: &[(&str, &str)] = &[
    ("سفارشم کجاست؟", "where is my parcel?"),
    ("ساعت کاری شما چیه؟", "what are your opening hours?"),
    ("هزینه ارسال چقدره؟", "how much is shipping?"),
    ("چطوری کالا رو مرجوع کنم؟", "how do I return an item?"),
    ("رمز عبورم رو فراموش کردم", "I forgot my password"),
    ("کد تخفیف دارید؟", "do you have a discount code?"),
    ("گارانتی کالاها چند ماهه است؟", "how long is the warranty?"),
];
const UNKNOWN: &[(&str, &str)] = &[
    (
        "برای جشن تولد بادکنک هم می‌فروشید یا فقط لوازم خانگی؟",
        "do you also rent out bicycles for the weekend?",
    ),
    ("می‌خواستم بدونم شرکت شما استخدام دارد؟", "can I visit your warehouse with my school class?"),
    ("رنگ این مدل با عکسش فرق داره یا نه؟", "is the lamp in the photo number 3 dimmable?"),
];
const REQUESTS: &[(&str, &str)] = &[
    ("لطفا سفارشم رو لغو کنید", "please cancel my order"),
    ("آدرس تحویل سفارشم رو عوض کنید لطفا", "please change the delivery address of my order"),
    ("لطفا با من تماس بگیرید", "please call me back"),
];
const OPINIONS: &[(&str, &str)] = &[
    ("پیشنهاد می‌کنم جستجوی سایت رو بهتر کنید", "I suggest adding a dark mode to your site"),
    ("پیشنهاد می‌کنم ارسال شبانه هم داشته باشید", "a suggestion: offer delivery in the evening"),
];
const COMPLAINTS: &[(&str, &str)] = &[
    (
        "سه هفته‌ست سفارشم نرسیده و هیچ‌کس جواب نمیده",
        "three weeks and my order still has not arrived, nobody answers",
    ),
    ("کالای شکسته فرستادید و کسی هم جواب نمیده", "you sent me a broken item and nobody answers"),
    ("پول من رو پس نمی‌دید، این چه وضعشه؟", "you still have not refunded me, this is unacceptable"),
    ("کالای اشتباه فرستادید، واقعا افتضاحه", "you sent the wrong product, this is terrible service"),
];
