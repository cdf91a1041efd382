//! What buckets answer that is no answer.

use std::time::Duration;

use loggia_catalog::harvest::Harvested;

use super::moto::{SECRET, access, open, read};
use super::stub::{Answer, Stub};
use crate::files::lake::names;

const CSV: &str = "id\n1\n2\n";

fn keys(count: usize) -> Vec<String> {
    (0..count).map(|key| format!("t{key:04}.csv")).collect()
}

fn harvest(stub: &Stub) -> Result<Harvested, String> {
    let access = access(&stub.address).with("timeout", "500ms").with("aws_session_token", SECRET);
    let harvested = read(&open("s3://bank", access)).map_err(|why| why.to_string());
    match &harvested {
        Err(why) => assert!(!why.contains(SECRET) && why.contains("'s3://bank'"), "{why}"),
        Ok(harvested) => assert!(harvested.refused.iter().all(|refusal| !refusal.why.contains(SECRET))),
    }
    harvested
}

fn is_listing(what: &str) -> bool {
    what.contains("list-type=2")
}

#[test]
fn a_bucket_that_refuses_says_what_is_to_be_granted() {
    let stub = Stub::start(|_, _| Answer::error("403 Forbidden", "AccessDenied"));
    let why = harvest(&stub).unwrap_err();
    assert_eq!(
        why,
        "the bucket 's3://bank' cannot be listed: it refuses (AccessDenied): the credentials need s3:ListBucket on the bucket"
    );
    assert_eq!(stub.asked.lock().unwrap().len(), 1, "and is not asked again");
    let stub = Stub::start(|what, _| match is_listing(what) {
        true => Answer::page(what, &keys(2), 10),
        false if what.contains("t0000") => Answer::error("403 Forbidden", "AccessDenied"),
        false => Answer::ok(CSV),
    });
    let harvested = harvest(&stub).unwrap();
    assert_eq!(names(&harvested), ["t0001"]);
    assert_eq!(
        harvested.refused[0].why,
        "cannot be read: it refuses (AccessDenied): the credentials need s3:GetObject on its objects"
    );
    assert_eq!(harvested.unreadable.len(), 1, "it is there all the same");
}

#[test]
fn credentials_that_are_wrong_or_a_bucket_that_is_not_there_are_said_so() {
    for (status, code, why) in [
        ("403 Forbidden", "InvalidAccessKeyId", "its credentials are not accepted (InvalidAccessKeyId)"),
        (
            "403 Forbidden",
            "SignatureDoesNotMatch",
            "its credentials are not accepted (SignatureDoesNotMatch)",
        ),
        ("404 Not Found", "NoSuchBucket", "there is no such bucket"),
        (
            "400 Bad Request",
            "AuthorizationHeaderMalformed",
            "it is in another region than was said (AuthorizationHeaderMalformed)",
        ),
    ] {
        let stub = Stub::start(move |_, _| Answer::error(status, code));
        assert_eq!(harvest(&stub).unwrap_err(), format!("the bucket 's3://bank' cannot be listed: {why}"));
    }
}

#[test]
fn what_is_busy_is_asked_again_and_nothing_is_doubled() {
    let stub = Stub::start(|what, before| match (is_listing(what), before) {
        (true, 1 | 2) => Answer::error("503 Service Unavailable", "SlowDown"),
        (true, _) => Answer::page(what, &keys(25), 10),
        (false, place) if place % 9 == 0 => Answer::error("503 Service Unavailable", "SlowDown"),
        (false, _) => Answer::ok(CSV),
    });
    let harvested = harvest(&stub).unwrap();
    let expected: Vec<String> = keys(25).iter().map(|key| key.replace(".csv", "")).collect();
    assert_eq!(names(&harvested), expected);
    let asked = stub.asked.lock().unwrap();
    let listings: Vec<&String> = asked.iter().filter(|what| is_listing(what)).collect();
    assert_eq!(listings.len(), 5, "three pages, one of them three times: {listings:?}");
    assert!(listings[2].contains("start-after=t0009.csv"), "{listings:?}");
}

#[test]
fn a_listing_that_breaks_off_goes_on_where_it_was() {
    let stub = Stub::start(|what, before| match (is_listing(what), before) {
        (true, 1) => Answer { cut: Some(700), ..Answer::page(what, &keys(25), 10) },
        (true, _) => Answer::page(what, &keys(25), 10),
        (false, _) => Answer::ok(CSV),
    });
    let harvested = harvest(&stub).unwrap();
    assert_eq!(harvested.assets.len(), 25);
    let asked = stub.asked.lock().unwrap();
    assert!(asked[2].contains("start-after=t0009.csv"), "{asked:?}");
}

#[test]
fn a_bucket_that_stays_busy_or_slow_is_given_up_with_the_reason() {
    let stub = Stub::start(|_, _| Answer::error("503 Service Unavailable", "SlowDown"));
    let why = harvest(&stub).unwrap_err();
    assert_eq!(why, "the bucket 's3://bank' cannot be listed: it answers 503 (SlowDown)");
    let stub =
        Stub::start(|what, _| Answer { delay: Duration::from_secs(3), ..Answer::page(what, &keys(1), 1) });
    let why = harvest(&stub).unwrap_err();
    assert_eq!(why, "the bucket 's3://bank' cannot be listed: it does not answer in time");
    assert_eq!(stub.asked.lock().unwrap().len(), 6);
}

#[test]
fn credentials_that_expire_in_the_middle_end_the_harvest_before_anything_is_marked_missing() {
    let stub = Stub::start(|what, before| match before {
        0 => Answer::page(what, &keys(25), 10),
        _ => Answer::error("400 Bad Request", "ExpiredToken"),
    });
    let why = harvest(&stub).unwrap_err();
    assert_eq!(
        why,
        "the bucket 's3://bank' cannot be listed: its credentials have expired (ExpiredToken): renew them and run it again"
    );
    let stub = Stub::start(|what, before| match (is_listing(what), before) {
        (true, _) => Answer::page(what, &keys(3), 10),
        (false, 1) => Answer::ok(CSV),
        (false, _) => Answer::error("400 Bad Request", "ExpiredToken"),
    });
    let harvested = harvest(&stub).unwrap();
    assert_eq!((harvested.assets.len(), harvested.refused.len(), harvested.unreadable.len()), (1, 2, 2));
    assert!(harvested.refused[0].why.starts_with("cannot be read: its credentials have expired"));
}

#[test]
fn an_object_that_is_gone_since_it_was_listed_is_refused_alone() {
    let stub = Stub::start(|what, _| match is_listing(what) {
        true => Answer::page(what, &keys(3), 10),
        false if what.contains("t0001") => Answer::error("404 Not Found", "NoSuchKey"),
        false => Answer::ok(CSV),
    });
    let harvested = harvest(&stub).unwrap();
    assert_eq!(names(&harvested), ["t0000", "t0002"]);
    assert_eq!(harvested.refused[0].why, "cannot be read: it is no longer there");
}

#[test]
fn an_answer_that_is_no_listing_is_an_error() {
    let stub = Stub::start(|_, _| Answer::ok("<html>Please sign in</html>"));
    let why = harvest(&stub);
    assert!(why.is_err() || why.unwrap().assets.is_empty());
    let stub = Stub::start(|what, _| Answer::page(what, &["a//b.csv".to_owned()], 10));
    let why = harvest(&stub).unwrap_err();
    assert!(why.contains("the key 'a//b.csv' cannot be a path"), "{why}");
}

#[test]
fn nobody_is_followed_to_another_host_with_the_token_of_this_one() {
    let other = Stub::start(|what, _| Answer::page(what, &keys(2), 10));
    let to = format!("{}/bank", other.address);
    let stub = Stub::start(move |_, _| Answer {
        status: "307 Temporary Redirect",
        header: Some(format!("location: {to}")),
        ..Answer::ok("")
    });
    let why = harvest(&stub).unwrap_err();
    assert_eq!(
        why,
        "the bucket 's3://bank' cannot be listed: it sends elsewhere, where nobody goes: is its address the right one?"
    );
    assert!(other.asked.lock().unwrap().is_empty());
}

#[test]
fn an_answer_without_end_is_not_taken_in() {
    let stub = Stub::start(|_, _| Answer::ok(format!("<ListBucketResult>{}", " ".repeat(20 << 20))));
    let why = harvest(&stub).unwrap_err();
    assert_eq!(why, "the bucket 's3://bank' cannot be listed: its answer is longer than any should be");
}

#[test]
fn a_listing_that_goes_round_in_a_ring_ends() {
    let stub = Stub::start(|_, _| {
        let mut body = String::from(
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>",
        );
        for key in keys(1_000) {
            body += &format!(
                "<Contents><Key>{key}</Key><LastModified>2026-06-01T00:00:00.000Z</LastModified><Size>9</Size><ETag>\"e\"</ETag></Contents>"
            );
        }
        Answer::ok(body + "</ListBucketResult>")
    });
    let why = harvest(&stub).unwrap_err();
    assert_eq!(why, "the bucket 's3://bank' lists the same keys again and again");
}
