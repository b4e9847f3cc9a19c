//! A warning to all customers: shown first, approved by the owner, once to each who has proven to be there.

use jiff::SignedDuration;

use crate::world::{Mail, WEDNESDAY_MORNING, World};

const STAFF: &str = "  people:
    - { name: Sara, role: agent, telegram: 111, email: sara@shop.example }
    - { name: Omid, role: owner, email: omid@shop.example }
";

#[test]
fn a_warning_is_shown_approved_by_the_owner_and_reaches_each_customer_once() {
    let mut world = World::staffed(WEDNESDAY_MORNING, STAFF, "");
    world.telegram_from(7, "تا ساعت چند هستید؟");
    world.mail(Mail::from("ann@mail.example", "When do you open?").subject("Opening hours"));
    world.mail(Mail::from("ann@mail.example", "Where is my parcel?").subject("My parcel"));
    world.mail(Mail::from("forged@mail.example", "Where is my parcel?").unproven());
    world.mail(Mail::from("robot@mail.example", "I am away").header("Auto-Submitted: auto-replied"));
    world.chat_from("session-1", "سلام");
    world.read_all();
    let month = world.now().checked_sub(SignedDuration::from_hours(30 * 24)).unwrap();

    let shown = world.gateway().warn_customers(month, false, "Sara").unwrap();
    assert_eq!(format!("{:?}", shown.customers), r#"{"email": 1, "telegram": 1}"#);
    assert!(shown.texts["fa"].contains("پیام‌های دروغین") && shown.texts["en"].contains("false messages"));
    assert!(shown.text().contains("2 customers") && shown.text().contains("Nothing was sent"));
    let refused = world.gateway().warn_customers(month, true, "Sara").unwrap_err().to_string();
    assert!(refused.contains("Sara may not approve") && refused.contains("--as"), "{refused}");
    world.run();
    world.expect_no_reply("telegram:7");

    let sent = world.gateway().warn_customers(month, true, "Omid").unwrap();
    assert!(sent.sent && sent.customers == shown.customers);
    world.run();
    let told = world.expect_reply("telegram:7");
    assert!(told.text().contains("هشدار") && told.text().contains("/verify"), "{}", told.text());
    let mail = world.expect_reply("ann@mail.example");
    assert!(mail.text().contains("false messages"), "{}", mail.text());
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert_eq!(mail.header("In-Reply-To"), None);
    assert!(mail.row.subject.contains("A warning from"), "{}", mail.row.subject);
    for nobody in ["forged@mail.example", "robot@mail.example", "chat:session-1"] {
        world.expect_no_reply(nobody);
    }

    // Its stamp is ours, and an answer to it is a message like any other.
    let stamp = world.stamp(&told.row).unwrap();
    world.telegram_from(7, &format!("/verify {stamp}"));
    assert!(world.expect_reply("telegram:7").text().contains(&stamp));
    let answer =
        world.mail(Mail::from("ann@mail.example", "I got such a mail and lost money!").replying(&mail));
    assert!(world.disposition(answer).starts_with("filed"), "{}", world.disposition(answer));

    // Asked for again, or after a crash: nobody twice within a day.
    world.crash_and_restart();
    world.read_all();
    let again = world.gateway().warn_customers(month, true, "Omid").unwrap();
    assert_eq!((again.customers.len(), again.warned_lately), (0, 2));
    world.advance(SignedDuration::from_hours(25));
    let later = world.gateway().warn_customers(month, false, "Omid").unwrap();
    assert_eq!(later.customers.values().sum::<usize>(), 2);
    let nobody = world.gateway().warn_customers(world.now(), false, "Omid").unwrap();
    assert!(nobody.customers.is_empty() && !nobody.text().contains("--send"));
    // Staff hear of the filed case meanwhile; customers of nothing.
    assert!(!world.alerts().is_empty());
}
