//! Where a webhook may be: nowhere inside, unless the operator says that it is there.
//!
//! A name is looked up by this program, and the connection goes to the address that was looked at: a name that leads
//! somewhere else a moment later leads nowhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// A checked one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub url: Url,
    /// It may be inside: the operator said so.
    pub is_private: bool,
}

impl Address {
    /// Without path and query, which may be what keeps others out.
    pub fn shown(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// # Errors
/// Says what would be right.
pub fn checked(text: &str, is_private: bool) -> Result<Address, String> {
    let wrong =
        |why: &str| format!("has a 'url' that {why}: write https:// and a host outside, or 'private: true'");
    let url: Url = text.parse().map_err(|_| wrong("is none"))?;
    match url.scheme() {
        "https" => {}
        "http" if is_private => {}
        "http" => return Err(wrong("others can read along")),
        _ => return Err(wrong("is not https://")),
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(wrong("has a login or a fragment"));
    }
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = host.parse::<IpAddr>()
        && !may_be_called(address, is_private)
    {
        return Err(wrong(&format!("leads inside, to {address}")));
    }
    Ok(Address { url, is_private })
}

/// Looks names up, and forgets what leads inside.
#[derive(Debug, Clone, Copy)]
pub struct Lookup {
    pub is_private: bool,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let is_private = self.is_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let called: Vec<SocketAddr> =
                found.iter().copied().filter(|found| may_be_called(found.ip(), is_private)).collect();
            if called.is_empty() && !found.is_empty() {
                let why =
                    format!("'{}' leads inside, to {}: nothing was sent there", name.as_str(), shown(&found));
                return Err(why.into());
            }
            let addresses: Addrs = Box::new(called.into_iter());
            Ok(addresses)
        })
    }
}

fn shown(found: &[SocketAddr]) -> String {
    found.iter().map(|found| found.ip().to_string()).collect::<Vec<_>>().join(", ")
}

pub fn lookup(is_private: bool) -> Arc<Lookup> {
    Arc::new(Lookup { is_private })
}

/// Link-local addresses are where clouds keep the keys of a machine: no receiver is there.
fn may_be_called(address: IpAddr, is_private: bool) -> bool {
    let address = plain(address);
    !is_never(address) && (is_private || is_outside(address))
}

fn is_never(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_link_local()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_broadcast()
        }
        IpAddr::V6(address) => {
            address.is_unicast_link_local() || address.is_unspecified() || address.is_multicast()
        }
    }
}

/// By the registries of special addresses of IANA (RFC 6890).
fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            !(address.is_private()
                || address.is_loopback()
                || address.is_documentation()
                || a == 0
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (18..20).contains(&b))
                || a >= 240)
        }
        IpAddr::V6(address) => {
            let [first, second, ..] = address.segments();
            let is_documentation = (first == 0x2001 && second == 0xdb8) || first == 0x3fff;
            let is_for_protocols = first == 0x2001 && second < 0x200;
            // Only 2000::/3 is given out.
            (0x2000..0x4000).contains(&first) && !is_documentation && !is_for_protocols
        }
    }
}

/// The IPv4 address that an IPv6 one stands for: mapped, 6to4 (RFC 3056), NAT64 (RFC 6052).
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match six.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => four(high, low),
        [0x2002, high, low, ..] => four(high, low),
        _ => IpAddr::V6(Ipv6Addr::from(six.octets())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_inside() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "240.0.0.1",
            "[::1]",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::a00:1]",
            "[2002:a00:1::]",
            "[2001:db8::1]",
            "2130706433",
            "0x7f.1",
        ] {
            let url = format!("https://{inside}/");
            assert!(checked(&url, false).unwrap_err().contains("leads inside"), "{inside}");
        }
        for outside in ["https://hooks.example/x?y=1", "https://8.8.8.8", "https://[2606:4700::1111]:8443/"] {
            assert!(checked(outside, false).is_ok(), "{outside}");
        }
    }

    #[test]
    fn what_the_operator_knows_to_be_inside_is_called_but_no_keeper_of_keys() {
        for inside in ["http://127.0.0.1:9/", "https://10.0.0.7", "http://[::1]/", "http://[fd00::1]/"] {
            assert!(checked(inside, true).is_ok(), "{inside}");
        }
        for never in [
            "http://169.254.169.254/latest/meta-data",
            "http://[::ffff:169.254.169.254]/",
            "http://[fe80::1]/",
            "http://0.0.0.0/",
        ] {
            assert!(checked(never, true).unwrap_err().contains("leads inside"), "{never}");
        }
    }

    #[test]
    fn an_address_is_what_it_says() {
        for wrong in [
            "http://hooks.example",
            "ftp://a.example",
            "hooks",
            "https://u:p@h.example",
            "https://h.example/#x",
        ] {
            assert!(checked(wrong, false).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_leads_nowhere() {
        let name: Name = "localhost".parse().unwrap();
        let refused = lookup(false).resolve(name).await.err().unwrap().to_string();
        assert!(refused.contains("'localhost' leads inside"), "{refused}");
        let name: Name = "localhost".parse().unwrap();
        assert!(lookup(true).resolve(name).await.unwrap().count() > 0);
    }
}
