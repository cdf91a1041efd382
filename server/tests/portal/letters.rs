//! Letters: over real connections, to a mail server that takes them, refuses them, or hangs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use loggia_catalog::edit::AssetEdit;
use loggia_catalog::ports::{Channel, How, Outbox, Store, What};
use loggia_model::{Actor, Door, Timestamp};
use loggia_testkit::{Outcome, TestCatalog, There, Trouble, asset, signed_in};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::notifying::{Does, Receiver, begun, channel, loans, notifying, risk, tagged};

#[tokio::test]
async fn a_mail_server_that_hangs_holds_up_nobody_and_loses_nothing() -> Outcome {
    let catalog = risk().await?;
    let office = PostOffice::start(Office::Hangs).await?;
    let receiver = Receiver::start(Does::Takes).await?;
    let text = format!(
        "mail: {{from: l@bank.example, server: '127.0.0.1:{}', security: none}}\n\
         webhooks: [{{name: lake, url: 'http://127.0.0.1:{}/hook', secret: s, service: lake, private: true}}]",
        office.port, receiver.port
    );
    let notifying = notifying(&catalog, &text, &[1_000; 10])?;
    begun(&catalog, "mail").await?;
    begun(&catalog, "webhooks").await?;
    let olga = signed_in("olga");
    catalog.set_following(&olga, &loans().urn, true).await?;
    notifying.set_mail_choices(&olga, &[(What::Described, How::AtOnce)]).await?;
    tagged(&catalog, &loans(), "one").await?;
    receiver.events(1).await?;
    let mut channels = Vec::new();
    for _ in 0..1_600 {
        channels = notifying.channels(&Actor::local(Door::CommandLine)).await?;
        if channels[0].state.last_failed.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let mail = &channels[0].state;
    assert_eq!((mail.channel.clone(), mail.waiting, mail.arrived), (Channel::Mail, 1, 0));
    assert!(mail.last_failed.is_some() && mail.why.contains("mail server"), "it is said why: {}", mail.why);
    // It comes to itself, and the letter arrives.
    office.is(Office::Takes);
    let letter = office.letters(1).await?.remove(0);
    assert!(letter.contains("loans") && letter.contains("To: "), "{letter}");
    // Who has no account is mailed nothing, whatever they follow.
    catalog.set_following(&signed_in("vera"), &loans().urn, true).await?;
    tagged(&catalog, &loans(), "two").await?;
    receiver.events(2).await?;
    until_mailed(&catalog).await?;
    assert!(catalog.unread(&signed_in("vera")).await? > 0);
    let (_, lines) = catalog.store().as_letter("vera", "letter", far()).await?;
    assert!(lines.is_empty());
    Ok(())
}

/// What a mail server does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Office {
    Takes,
    /// For now.
    Refuses,
    /// Never a word, and never an end.
    Hangs,
}

/// A mail server, as far as letters go that nobody encrypts.
struct PostOffice {
    does: Arc<Mutex<Office>>,
    taken: Arc<Mutex<Vec<String>>>,
    port: u16,
}

impl PostOffice {
    async fn start(does: Office) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let office = Self { does: Arc::new(Mutex::new(does)), taken: Arc::default(), port };
        let (does, taken) = (office.does.clone(), office.taken.clone());
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                let does = *does.lock().unwrap();
                match does {
                    Office::Hangs => held.push(stream),
                    Office::Takes => drop(tokio::spawn(talk(stream, Some(taken.clone())))),
                    Office::Refuses => drop(tokio::spawn(talk(stream, None))),
                }
            }
        });
        Ok(office)
    }

    fn is(&self, does: Office) {
        *self.does.lock().unwrap() = does;
    }

    /// What it took, as soon as there is so much of it.
    async fn letters(&self, count: usize) -> Outcome<Vec<String>> {
        for _ in 0..1_600 {
            let taken = self.taken.lock().unwrap().clone();
            if taken.len() >= count {
                return Ok(taken);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(Trouble::new(format!("there came {} letters and not {count}", self.taken.lock().unwrap().len())))
    }
}

/// SMTP (RFC 5321), in the few words that are said here.
async fn talk(stream: TcpStream, taken: Option<Arc<Mutex<Vec<String>>>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    writing.write_all(b"220 post.example ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            "MAIL" if taken.is_none() => b"451 later\r\n",
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    letter += &line;
                    letter += "\n";
                }
                taken.iter().for_each(|taken| taken.lock().unwrap().push(letter.clone()));
                b"250 taken\r\n"
            }
            "QUIT" => return writing.write_all(b"221 bye\r\n").await,
            _ => b"250 post.example\r\n",
        };
        writing.write_all(answer).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_letter_gathers_what_waited_and_leaves_out_what_its_reader_may_not_see_any_more() -> Outcome {
    let catalog = risk().await?;
    let office = PostOffice::start(Office::Refuses).await?;
    let text = format!("mail: {{from: l@bank.example, server: '127.0.0.1:{}', security: none}}", office.port);
    let notifying = notifying(&catalog, &text, &[300; 60])?;
    begun(&catalog, "mail").await?;
    let (vera, machine) = (signed_in("vera"), Actor::local(Door::CommandLine));
    catalog.set_account(&machine, "vera", "vera", None).await?;
    let cards = asset("t.cards").in_unit("risk").named("<b>Cards</b>");
    catalog.harvested("dbt:cards", [cards.clone()]).await?;
    for followed in [&loans(), &cards] {
        catalog.set_following(&vera, &followed.urn, true).await?;
    }
    notifying.set_mail_choices(&vera, &[(What::Described, How::AtOnce)]).await?;
    for tag in ["one", "two"] {
        tagged(&catalog, &loans(), tag).await?;
        tagged(&catalog, &cards, tag).await?;
    }
    until_mailed(&catalog).await?;
    channel(&notifying, |channel| channel.state.last_failed.is_some()).await?;
    let hidden = AssetEdit::Unit("HR".into());
    catalog.edit_asset(&machine, &loans().urn, hidden, None).await?;
    catalog.settled().await?;
    office.is(Office::Takes);
    // What Olga is told of it is gathered until tomorrow.
    channel(&notifying, |channel| channel.state.arrived >= 4).await?;
    let letters = office.letters(1).await?;
    let all = letters.join("\n");
    assert!(!all.contains("loans"), "{all}");
    assert!(all.contains("&lt;b&gt;Cards&lt;/b&gt;") && all.contains("text/plain"), "{all}");
    let first = letters.first().there()?;
    assert!(first.contains("To: ") && first.contains("vera@bank.example"), "{first}");
    Ok(())
}

fn far() -> Timestamp {
    Timestamp::from_micros(i64::MAX)
}

/// Until all that anybody was told has been put out, or left out, as mail.
async fn until_mailed(catalog: &TestCatalog) -> Outcome {
    let last = catalog.store().last().await?;
    for _ in 0..800 {
        if catalog.store().made_until("mail").await? >= Some(last) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Err(Trouble::new("mail did not come to that"))
}
