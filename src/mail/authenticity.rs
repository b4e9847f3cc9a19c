//! Is the mail from who it says? What the receiving server found out.
//!
//! The header fields and the settings' `trusted_authserv_id` come in. RFC 8601 §5: anybody can
//! write such a field, so only the topmost one of the trusted server counts.
//!
//! Invariant: without a trusted server nothing is ever `Pass`.

use super::headers::Field;
use crate::domain::message::Authenticity;

/// One `method=result` with its properties (`header.d`, `smtp.mailfrom` …).
struct Finding {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

/// Judges by the header fields of a mail, topmost first; `from` is the domain of its From address.
pub fn judge(fields: &[Field], trusted: Option<&str>, from: Option<&str>) -> Authenticity {
    let (Some(trusted), Some(from)) = (trusted, from) else { return Authenticity::None };
    let topmost = fields
        .iter()
        .filter(|field| field.name == "authentication-results")
        .map(|field| without_comments(&field.value))
        .find(|value| authserv_id(value).eq_ignore_ascii_case(trusted.trim()));
    topmost.map_or(Authenticity::None, |value| weigh(&findings(&value), from))
}

fn weigh(findings: &[Finding], from: &str) -> Authenticity {
    let dmarc = findings.iter().find(|finding| finding.method == "dmarc" && finding.concerns(from));
    match dmarc.map(|finding| finding.result.as_str()) {
        Some("pass") => return Authenticity::Pass,
        Some("fail") => return Authenticity::Fail,
        _ => {}
    }
    // RFC 7489 §3.1: relaxed alignment of what was verified with the From domain.
    let aligned = findings.iter().any(|finding| {
        let proven = match finding.method.as_str() {
            "dkim" => finding.property("header.d").or_else(|| finding.property("header.i")),
            "spf" => finding.property("smtp.mailfrom"),
            _ => None,
        };
        finding.result == "pass" && proven.is_some_and(|proven| same_organisation(domain_of(proven), from))
    });
    if aligned { Authenticity::Pass } else { Authenticity::None }
}

impl Finding {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(property, _)| property == name).map(|(_, value)| value.as_str())
    }

    /// A DMARC result names the domain it was made for; a server that does not is believed.
    fn concerns(&self, from: &str) -> bool {
        self.property("header.from").is_none_or(|domain| domain_of(domain).eq_ignore_ascii_case(from))
    }
}

fn authserv_id(value: &str) -> &str {
    let id = value.split(';').next().unwrap_or_default();
    // RFC 8601 §2.2: a version may follow the id.
    id.split_whitespace().next().unwrap_or_default()
}

fn findings(value: &str) -> Vec<Finding> {
    value.split(';').skip(1).filter_map(finding).collect()
}

fn finding(text: &str) -> Option<Finding> {
    let mut words = text.split_whitespace();
    let (method, result) = words.next()?.split_once('=')?;
    let method = method.split('/').next().unwrap_or_default();
    let properties = words
        .filter_map(|word| word.split_once('='))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim_matches('"').to_ascii_lowercase()))
        .collect();
    Some(Finding { method: method.to_ascii_lowercase(), result: result.to_ascii_lowercase(), properties })
}

/// RFC 5322 §3.2.2: comments nest, and may stand anywhere.
fn without_comments(value: &str) -> String {
    let mut depth = 0_u32;
    let mut quoted = false;
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted || depth > 0 => {
                chars.next();
            }
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                out.push(' ');
            }
            // What is inside quotes separates nothing.
            ';' | '=' if quoted && depth == 0 => out.push('_'),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    // "method = result" is allowed to have spaces around its sign.
    out.split('=').map(str::trim).collect::<Vec<_>>().join("=")
}

fn domain_of(value: &str) -> &str {
    value.rsplit_once('@').map_or(value, |(_, domain)| domain).trim_end_matches('.')
}

/// Registries that give out names one level deeper.
const SECOND_LEVEL: [&str; 9] = ["co", "com", "ac", "org", "net", "gov", "edu", "or", "ne"];

fn same_organisation(a: &str, b: &str) -> bool {
    !a.is_empty() && organisation(a) == organisation(b)
}

fn organisation(domain: &str) -> String {
    let domain = domain.to_ascii_lowercase();
    let labels: Vec<&str> = domain.split('.').collect();
    let deep = match labels.as_slice() {
        [.., second, top] => top.len() == 2 && SECOND_LEVEL.contains(second),
        _ => false,
    };
    let skip = labels.len().saturating_sub(if deep { 3 } else { 2 });
    labels.into_iter().skip(skip).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(values: &[&str]) -> Authenticity {
        let fields: Vec<Field> = values
            .iter()
            .map(|value| Field { name: "authentication-results".to_owned(), value: (*value).to_owned() })
            .collect();
        judge(&fields, Some("mx.shop.example"), Some("news.bank.example"))
    }

    #[test]
    fn results_are_weighed_as_rfc_8601_and_dmarc_say() {
        for (value, verdict) in [
            ("mx.shop.example; dmarc=pass header.from=news.bank.example", Authenticity::Pass),
            (
                "MX.shop.example 1; spf=fail; dmarc=pass (p=reject) header.from=news.bank.example",
                Authenticity::Pass,
            ),
            ("mx.shop.example; dmarc=fail header.from=news.bank.example", Authenticity::Fail),
            ("mx.shop.example; dmarc=pass header.from=evil.example", Authenticity::None),
            ("mx.shop.example; dkim=pass header.d=bank.example header.s=a", Authenticity::Pass),
            ("mx.shop.example; dkim=pass header.i=@mail.bank.example", Authenticity::Pass),
            ("mx.shop.example; dkim=pass header.d=evil.example", Authenticity::None),
            ("mx.shop.example; dkim=fail header.d=bank.example", Authenticity::None),
            ("mx.shop.example; spf=pass smtp.mailfrom=x@bank.example", Authenticity::Pass),
            ("mx.shop.example; spf=pass smtp.helo=bank.example", Authenticity::None),
            ("mx.shop.example; spf = pass (ok; really=yes) smtp.mailfrom=bank.example", Authenticity::Pass),
            ("mx.shop.example; none", Authenticity::None),
            ("mx.shop.example; x=y reason=\"; dmarc=pass\"", Authenticity::None),
            ("mx.shop.example; x=y (; dmarc=pass (;) ; dkim=pass header.d=bank.example)", Authenticity::None),
        ] {
            assert_eq!(judged(&[value]), verdict, "{value}");
        }
    }

    #[test]
    fn only_the_topmost_result_of_the_trusted_server_counts() {
        let forged = "mx.shop.example; dmarc=pass header.from=news.bank.example";
        assert_eq!(judged(&["mx.shop.example; dmarc=fail", forged]), Authenticity::Fail);
        assert_eq!(judged(&["mx.shop.example; none", forged]), Authenticity::None);
        assert_eq!(
            judged(&["other.example; dmarc=pass", "mx.shop.example.evil; dmarc=pass"]),
            Authenticity::None
        );
        let fields = [Field { name: "authentication-results".to_owned(), value: forged.to_owned() }];
        assert_eq!(judge(&fields, None, Some("news.bank.example")), Authenticity::None);
        assert_eq!(judge(&fields, Some("mx.shop.example"), None), Authenticity::None);
    }

    #[test]
    fn two_shops_of_one_registry_are_two_organisations() {
        assert!(same_organisation("a.shop.co.uk", "b.shop.co.uk"));
        assert!(!same_organisation("one.co.uk", "two.co.uk"));
        assert!(!same_organisation("one.co.ir", "two.co.ir"));
        assert!(same_organisation("mail.one.ir", "one.ir"));
    }
}
