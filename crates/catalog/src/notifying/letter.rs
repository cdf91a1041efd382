//! A letter: what somebody was told and has not read, as they may know it when it leaves.

use std::collections::HashMap;

use loggia_model::{Actor, ActorKey, Door, Seq, Urn};
use pulldown_cmark_escape::escape_html;

use super::Channels;
use crate::ports::{How, Letter, Told, Waiting, What};
use crate::{Catalog, Result};

/// Lines of one letter; of more it says that there may be some.
const MOST: usize = 100;

struct Line {
    told: Told,
    name: String,
    by: String,
    address: Option<String>,
}

/// `None` where there is nothing more to be said, or nobody to whom.
pub async fn written(
    catalog: &Catalog,
    channels: &Channels,
    id: &str,
    about: &str,
    lines: &[Waiting],
) -> Result<Option<Letter>> {
    let Ok(key) = about.parse::<ActorKey>() else { return Ok(None) };
    let Some((name, address)) = catalog.mailed_to(&key).await? else { return Ok(None) };
    let seqs: Vec<Seq> = lines.iter().map(|line| line.outgoing.seq).collect();
    let chosen: HashMap<What, How> = catalog.store.mail_choices(&key).await?.into_iter().collect();
    let is_wanted = |told: &Told| !told.is_read && chosen.get(&told.what) != Some(&How::Never);
    let actor = Actor::person(key.clone(), Door::Job);
    let permits = catalog.permits(&actor).await?;
    let names = catalog.names(&actor).await?;
    let mut known = Vec::new();
    let mut wanted = catalog.store.told_by_records(&key, &seqs).await?;
    wanted.retain(is_wanted);
    // The newest of very many; the inbox has them all.
    while let Some(told) = wanted.pop() {
        let Some((name, urn)) = catalog.named_event(&permits, &told).await? else { continue };
        let address = urn.map(|urn: Urn| channels.address(&urn));
        known.push(Line { by: names.of_actor(&told.by), told, name, address });
        if known.len() == MOST {
            break;
        }
    }
    known.reverse();
    let has_more = !wanted.is_empty();
    let Some(first) = known.first() else { return Ok(None) };
    let of_first = format!("{}: {}", first.told.what.title(), first.name);
    let subject = match known.len() {
        1 => of_first,
        MOST => format!("{of_first}, and many more"),
        some => format!("{of_first}, and {} more", some - 1),
    };
    let inbox = format!("{}/inbox", channels.site);
    let choices = format!("{inbox}/mail");
    Ok(Some(Letter {
        id: id.to_owned(),
        text: text(&name, &known, has_more, &inbox, &choices),
        html: html(&name, &known, has_more, &inbox, &choices),
        to_name: on_one_line(&name),
        to_address: address,
        subject: on_one_line(&subject),
        choices,
    }))
}

fn text(name: &str, lines: &[Line], has_more: bool, inbox: &str, choices: &str) -> String {
    let mut text = format!("Hello {},\n\n", on_one_line(name));
    for line in lines {
        let Line { told, name, by, address } = line;
        text += &format!("{}: {}\n", told.what.title(), on_one_line(name));
        if !told.detail.is_empty() {
            text += &format!("  {}\n", on_one_line(&told.detail));
        }
        text += &format!("  {}, {}\n", on_one_line(by), told.at.long());
        if let Some(address) = address {
            text += &format!("  {address}\n");
        }
        text.push('\n');
    }
    if has_more {
        text += &format!("There may be more in your inbox: {inbox}\n\n");
    }
    text += "-- \nYou follow or look after this, or were named. ";
    text += &format!("What you are mailed, and when, you say here:\n{choices}\n");
    text
}

fn html(name: &str, lines: &[Line], has_more: bool, inbox: &str, choices: &str) -> String {
    let mut html = format!("<p>Hello {},</p>\n<ul>\n", clean(name));
    for line in lines {
        let Line { told, name, by, address } = line;
        let name = match address {
            Some(address) => format!("<a href=\"{}\">{}</a>", clean(address), clean(name)),
            None => format!("<strong>{}</strong>", clean(name)),
        };
        let detail = match told.detail.as_str() {
            "" => String::new(),
            detail => format!("<br>{}", clean(detail)),
        };
        let (what, by, at) = (told.what.title(), clean(by), told.at.long());
        html += &format!("<li><p>{what}: {name}{detail}<br><small>{by}, {at}</small></p></li>\n");
    }
    html += "</ul>\n";
    if has_more {
        html += &format!("<p><a href=\"{}\">There may be more in your inbox</a></p>\n", clean(inbox));
    }
    html += "<p><small>You follow or look after this, or were named. ";
    html += &format!("<a href=\"{}\">What you are mailed, and when</a></small></p>\n", clean(choices));
    html
}

/// As HTML has it, in an attribute too.
fn clean(text: &str) -> String {
    let mut html = String::new();
    // A string takes all that is written to it.
    let _written = escape_html(&mut html, &on_one_line(text));
    html
}

/// A name has no line break that would begin a line of the letter.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
