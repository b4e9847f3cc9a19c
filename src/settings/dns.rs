//! Where DNS is asked.

use std::net::{IpAddr, SocketAddr};

use crate::diagnostic::suggest;
use crate::settings::Dns;
use crate::settings::place::Place;
use crate::yaml::{Node, Value};

const USUAL_PORT: u16 = 53;

pub(super) fn dns(place: &mut Place, node: Option<&Node>) -> Dns {
    node.filter(|node| !node.is_nothing()).and_then(|node| written(place, node)).unwrap_or(Dns::System)
}

fn written(place: &mut Place, node: &Node) -> Option<Dns> {
    if let Value::Map(_) = node.value {
        let fields = place.reader.fields(node, "`dns`", &["server"])?;
        let server = place.reader.required(&fields, "server", "`dns`")?;
        return address(place, server).map(Dns::Server);
    }
    let text = place.reader.text(node, "`dns`")?;
    match text.trim() {
        "system" => Some(Dns::System),
        "off" => Some(Dns::Off),
        other => {
            let help = suggest(other, ["system", "off", "{ server: 127.0.0.1:53 }"]);
            place.reader.error_with_help(node.mark, format!("`dns` cannot be `{other}`"), help);
            None
        }
    }
}

/// An address with or without a port; a name would have to be looked up first.
fn address(place: &mut Place, node: &Node) -> Option<SocketAddr> {
    let text = place.reader.text(node, "`server`")?;
    let numeric = text.trim().replacen("localhost", "127.0.0.1", 1);
    let alone = |text: &str| text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, USUAL_PORT));
    let address = numeric.parse().ok().or_else(|| alone(&numeric));
    if address.is_none() {
        place.reader.error_with_help(
            node.mark,
            format!("`server` must be the address of a DNS server, not `{}`", text.trim()),
            "like 127.0.0.1, or 127.0.0.1:5353 with another port",
        );
    }
    address
}
