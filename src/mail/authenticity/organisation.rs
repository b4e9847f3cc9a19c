//! Who owns a domain.
//!
//! Invariant: what a registry gives out to anybody (`co.uk`, `github.io`) is nobody's organisation.

/// Whether two domains belong to one organisation, by the public suffix list: what DMARC calls
/// relaxed alignment (RFC 7489 §3.1.1). A domain is always its own relative.
pub fn same_organisation(a: &str, b: &str) -> bool {
    let (a, b) = (normal(a), normal(b));
    if a.is_empty() {
        return false;
    }
    a == b || organisation(&a).is_some_and(|owner| Some(owner) == organisation(&b))
}

fn normal(domain: &str) -> String {
    domain.trim_end_matches('.').to_lowercase()
}

fn organisation(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_shops_of_one_registry_are_two_organisations() {
        for (a, b) in [
            ("one.co.uk", "two.co.uk"),
            ("one.co.ir", "two.co.ir"),
            ("one.id.ir", "two.id.ir"),
            ("one.com.tr", "two.com.tr"),
            ("one.github.io", "two.github.io"),
            ("github.io", "one.github.io"),
            ("co.uk", "one.co.uk"),
            ("one.example", "two.example"),
            ("evilone.ir", "one.ir"),
            ("ir", "one.ir"),
            ("", "one.ir"),
            ("", ""),
        ] {
            assert!(!same_organisation(a, b), "{a} {b}");
            assert!(!same_organisation(b, a), "{b} {a}");
        }
    }

    #[test]
    fn the_hosts_of_one_shop_are_one_organisation() {
        for (a, b) in [
            ("a.shop.co.uk", "b.shop.co.uk"),
            ("mail.one.ir", "one.ir"),
            ("One.IR.", "news.mail.one.ir"),
            ("news.bank.example", "bank.example"),
            ("co.uk", "co.uk"),
        ] {
            assert!(same_organisation(a, b), "{a} {b}");
            assert!(same_organisation(b, a), "{b} {a}");
        }
    }
}
