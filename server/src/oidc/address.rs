//! Where a provider may be: what is said there must not be read on the way.

use std::net::IpAddr;

use openidconnect::url::{Host, Url};

/// `https`, or `http` on this machine alone.
///
/// # Errors
/// Says what would be right.
pub fn checked(address: &str) -> Result<Url, String> {
    let wrong = || {
        format!(
            "'{address}' is not https:// and a host, such as https://login.example, or http:// on this machine"
        )
    };
    let url: Url = address.parse().map_err(|_| wrong())?;
    let is_safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_this_machine(&url),
        _ => false,
    };
    let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if is_safe && is_plain { Ok(url) } else { Err(wrong()) }
}

/// An address that a provider gives of itself: as safe as its own. One that is elsewhere leads to this machine only
/// where it stands there itself.
///
/// # Errors
/// Says which it is.
pub fn of_provider(address: &str, issuer: &Url) -> Result<Url, String> {
    let url = checked(address)?;
    if url.scheme() == "http" && (issuer.scheme(), issuer.host()) != ("http", url.host()) {
        return Err(format!("'{address}' is not https://, as the provider's own address is"));
    }
    Ok(url)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_where_others_can_read_along() {
        for safe in [
            "https://login.example",
            "https://10.0.0.7:8443/realms/bank",
            "http://127.0.0.1:9000",
            "http://[::1]:1/",
            "http://localhost:3",
        ] {
            assert!(checked(safe).is_ok(), "{safe}");
        }
        for unsafe_one in [
            "http://login.example",
            "http://10.0.0.7",
            "ftp://127.0.0.1",
            "login.example",
            "",
            "https://u:p@login.example",
            "https://login.example/#x",
            "file:///etc/passwd",
        ] {
            assert!(checked(unsafe_one).unwrap_err().contains("is not https://"), "{unsafe_one}");
        }
    }

    #[test]
    fn a_provider_elsewhere_leads_nobody_to_this_machine() {
        let far = checked("https://login.example").unwrap();
        let near = checked("http://127.0.0.1:9000").unwrap();
        assert!(of_provider("https://keys.example/jwks", &far).is_ok());
        assert!(of_provider("http://127.0.0.1:9000/jwks", &near).is_ok());
        assert!(of_provider("http://127.0.0.1:9000/jwks", &far).is_err());
        assert!(of_provider("http://localhost:9000/jwks", &near).is_err());
        assert!(of_provider("http://keys.example/jwks", &far).is_err());
    }
}
