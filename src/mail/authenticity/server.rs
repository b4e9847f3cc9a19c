//! What the receiving server found out about the sender.
//!
//! The header fields and the settings' `trusted_authserv_id` come in. RFC 8601 §5: anybody can
//! write such a field, so only the topmost one of the trusted server counts.
//!
//! Invariant: without a trusted server nothing is ever proven here.

use super::organisation::same_organisation;
use crate::domain::proof::Proof;
use crate::mail::headers::Field;

/// One `method=result` with its properties (`header.d`, `smtp.mailfrom` …).
struct Finding {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

/// Judges by the header fields of a mail, topmost first; `from` is the domain of its From address.
/// `None`: the server has not looked, or found neither a pass nor a fail.
pub fn judge(fields: &[Field], trusted: Option<&str>, from: Option<&str>) -> Option<Proof> {
    let (trusted, from) = (trusted?, from?);
    let topmost = fields
        .iter()
        .filter(|field| field.name == "authentication-results")
        .map(|field| without_comments(&field.value))
        .find(|value| authserv_id(value).eq_ignore_ascii_case(trusted.trim()));
    weigh(&findings(&topmost?), from)
}

fn weigh(findings: &[Finding], from: &str) -> Option<Proof> {
    let dmarc = findings.iter().find(|finding| finding.method == "dmarc" && finding.concerns(from));
    match dmarc.map(|finding| finding.result.as_str()) {
        Some("pass") => return Some(Proof::ServerPass),
        Some("fail") => return Some(Proof::ServerFail),
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
    aligned.then_some(Proof::ServerPass)
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

#[cfg(test)]
mod tests {
    use super::*;

    const PASS: Option<Proof> = Some(Proof::ServerPass);
    const FAIL: Option<Proof> = Some(Proof::ServerFail);

    fn judged(values: &[&str]) -> Option<Proof> {
        let fields: Vec<Field> = values
            .iter()
            .map(|value| Field { name: "authentication-results".to_owned(), value: (*value).to_owned() })
            .collect();
        judge(&fields, Some("mx.shop.example"), Some("news.bank.example"))
    }

    #[test]
    fn results_are_weighed_as_rfc_8601_and_dmarc_say() {
        for (value, verdict) in [
            ("mx.shop.example; dmarc=pass header.from=news.bank.example", PASS),
            ("MX.shop.example 1; spf=fail; dmarc=pass (p=reject) header.from=news.bank.example", PASS),
            ("mx.shop.example; dmarc=fail header.from=news.bank.example", FAIL),
            ("mx.shop.example; dmarc=pass header.from=evil.example", None),
            ("mx.shop.example; dkim=pass header.d=bank.example header.s=a", PASS),
            ("mx.shop.example; dkim=pass header.i=@mail.bank.example", PASS),
            ("mx.shop.example; dkim=pass header.d=evil.example", None),
            ("mx.shop.example; dkim=fail header.d=bank.example", None),
            ("mx.shop.example; spf=pass smtp.mailfrom=x@bank.example", PASS),
            ("mx.shop.example; spf=pass smtp.helo=bank.example", None),
            ("mx.shop.example; spf = pass (ok; really=yes) smtp.mailfrom=bank.example", PASS),
            ("mx.shop.example; none", None),
            ("mx.shop.example; x=y reason=\"; dmarc=pass\"", None),
            ("mx.shop.example; x=y (; dmarc=pass (;) ; dkim=pass header.d=bank.example)", None),
        ] {
            assert_eq!(judged(&[value]), verdict, "{value}");
        }
    }

    #[test]
    fn only_the_topmost_result_of_the_trusted_server_counts() {
        let forged = "mx.shop.example; dmarc=pass header.from=news.bank.example";
        assert_eq!(judged(&["mx.shop.example; dmarc=fail", forged]), FAIL);
        assert_eq!(judged(&["mx.shop.example; none", forged]), None);
        assert_eq!(judged(&["other.example; dmarc=pass", "mx.shop.example.evil; dmarc=pass"]), None);
        let fields = [Field { name: "authentication-results".to_owned(), value: forged.to_owned() }];
        assert_eq!(judge(&fields, None, Some("news.bank.example")), None);
        assert_eq!(judge(&fields, Some("mx.shop.example"), None), None);
    }
}
