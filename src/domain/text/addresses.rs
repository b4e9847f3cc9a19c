//! Mail addresses in sentences that are not for everybody's eyes.

/// The sentence with the local part of every address taken out: servers like to quote it.
///
/// What stands before the `@` up to the last character that no address holds is left out, so that
/// a log tells which provider refused a mail and not whose it was.
pub fn without_addresses(sentence: &str) -> String {
    let mut told = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('@') {
        told.push_str(before.trim_end_matches(is_local));
        told.push_str("…@");
        rest = after;
    }
    told.push_str(rest);
    told
}

/// RFC 5322 §3.2.3: `atext` and the dot; other letters may stand there by RFC 6531.
fn is_local(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_names_the_provider_and_not_the_person() {
        let told = without_addresses("550 5.1.1 <ann.b+shop@mail.example>: no such user ann.b@mail.example");
        assert_eq!(told, "550 5.1.1 <…@mail.example>: no such user …@mail.example");
        assert_eq!(without_addresses("451 try later"), "451 try later");
        assert_eq!(without_addresses("مینا@نمونه.ایران refused"), "…@نمونه.ایران refused");
    }
}
