//! Somebody's browser, as far as it is needed to edit and to listen.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use loggia_model::Urn;
use loggia_testkit::{Outcome, There, Trouble};
use tokio::net::TcpStream;

use crate::web;

pub struct Browser {
    sender: SendRequest<Full<Bytes>>,
    address: SocketAddr,
    cookie: String,
    /// Where a description is sent to.
    edit: String,
    /// What is listened to.
    stream: Option<Incoming>,
}

impl Browser {
    /// As Ana, by a click.
    pub async fn signed_in(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; an error of it shows there too.
        tokio::spawn(connection);
        let (cookie, edit) = (String::new(), String::new());
        let mut browser = Self { sender, address, cookie, edit, stream: None };
        let page = browser.text("/sign-in").await?;
        let sign_in = action(&page, "sign_in_as").there()?;
        let answer = browser.post(&sign_in, "person=ana", "text/html").await?;
        let set = answer.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let pairs: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
        browser.cookie = pairs.join("; ");
        answer.headers().get(LOCATION).there()?;
        answer.into_body().collect().await?;
        // Each function has its address beside the others.
        browser.edit = sign_in.replace("sign_in_as", "edit_field");
        Ok(browser)
    }

    /// Writes a description, which must be taken.
    pub async fn describe(&mut self, urn: &Urn, words: &str) -> Outcome {
        let form =
            format!("urn={}&field=description&value={}", web::encoded(urn.as_str()), web::encoded(words));
        let path = self.edit.clone();
        let answer = self.post(&path, &form, "application/json").await?;
        let status = answer.status();
        let said = answer.into_body().collect().await?.to_bytes();
        let said = String::from_utf8_lossy(&said);
        if said.contains("\"saved\":true") {
            Ok(())
        } else {
            Err(Trouble::new(format!("an edit was answered {status}: {said}")))
        }
    }

    /// Listens to what happens, and waits for the first word.
    pub async fn listen(&mut self) -> Outcome {
        let request = Request::get("/events")
            .header(HOST, self.address.to_string())
            .header(COOKIE, &self.cookie)
            .header(ACCEPT, "text/event-stream");
        self.sender.ready().await?;
        let mut stream = self.sender.send_request(request.body(Full::default())?).await?.into_body();
        let first = stream.frame().await.there()??;
        let told = first.data_ref().is_some_and(|data| data.starts_with(b"event: unread"));
        if !told {
            return Err(Trouble::new("whoever listens is told nothing"));
        }
        self.stream = Some(stream);
        Ok(())
    }

    async fn text(&mut self, path: &str) -> Outcome<String> {
        let request = Request::get(path).header(HOST, self.address.to_string()).header(ACCEPT, "text/html");
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Full::default())?).await?;
        Ok(String::from_utf8_lossy(&answer.into_body().collect().await?.to_bytes()).into_owned())
    }

    async fn post(&mut self, path: &str, form: &str, accept: &str) -> Outcome<Response<Incoming>> {
        let request = Request::post(path)
            .header(HOST, self.address.to_string())
            .header(COOKIE, &self.cookie)
            .header(ACCEPT, accept)
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.sender.ready().await?;
        Ok(self.sender.send_request(request.body(Full::new(form.to_owned().into()))?).await?)
    }
}

/// Where the form of that function leads.
fn action(page: &str, function: &str) -> Option<String> {
    let actions = page.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    actions.map(ToOwned::to_owned).find(|action| action.contains(function))
}
