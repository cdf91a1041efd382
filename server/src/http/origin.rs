//! The address that a request came from.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::serve::IncomingStream;
use http::{Extensions, HeaderMap};

use crate::http::door::Entrance;
use crate::http::listener::Listener;

/// Whoever is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Listener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        Self(*stream.remote_addr())
    }
}

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Without its port. Where TLS ends in front of this program, what does that says who came to it, as the last of
/// possibly several addresses: those before it are the sender's own word.
pub fn origin(extensions: &Extensions, headers: &HeaderMap, entrance: &Entrance) -> Option<Arc<str>> {
    let ConnectInfo(Peer(peer)) = extensions.get::<ConnectInfo<Peer>>()?;
    let peer = peer.ip().to_canonical();
    let told = || headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok().and_then(last_address);
    let is_in_front = entrance.host.is_some() && is_near(peer);
    let from = if is_in_front { told().unwrap_or(peer) } else { peer };
    Some(from.to_string().into())
}

fn last_address(header: &str) -> Option<IpAddr> {
    let last = header.rsplit(',').next()?.trim();
    let with_port = || last.parse::<SocketAddr>().map(|address| address.ip());
    let in_brackets = last.trim_start_matches('[').trim_end_matches(']');
    let address = in_brackets.parse::<IpAddr>().or_else(|_| with_port()).ok()?;
    Some(address.to_canonical())
}

/// On this machine, or in a network of one's own.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn from(peer: &str, forwarded: &'static str, by_tls: bool) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(Peer(peer.parse().unwrap())));
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, HeaderValue::from_static(forwarded));
        let host = by_tls.then(|| "catalog.example".parse().unwrap());
        origin(&extensions, &headers, &Entrance { host }).unwrap().to_string()
    }

    #[test]
    fn what_stands_in_front_says_who_came_to_it() {
        assert_eq!(from("127.0.0.1:9", "6.6.6.6, 203.0.113.7", true), "203.0.113.7");
        assert_eq!(from("10.1.2.3:9", "203.0.113.7:4711", true), "203.0.113.7");
        assert_eq!(from("[::1]:9", "[2001:db8::7]:4711", true), "2001:db8::7");
        assert_eq!(from("[::1]:9", "2001:db8::7", true), "2001:db8::7");
        assert_eq!(from("127.0.0.1:9", "unknown", true), "127.0.0.1");
    }

    #[test]
    fn nobody_else_can_say_so() {
        assert_eq!(from("198.51.100.9:9", "203.0.113.7", true), "198.51.100.9", "it came by itself");
        assert_eq!(from("127.0.0.1:9", "203.0.113.7", false), "127.0.0.1", "nothing stands in front");
        assert_eq!(from("[::ffff:198.51.100.9]:9", "203.0.113.7", true), "198.51.100.9");
    }
}
