//! The one writer of this process: what many ask for at once goes into one transaction (group commit).

use std::sync::Arc;

use async_trait::async_trait;
use loggia_catalog::ports::{AppendError, Batch, ERASED, Heads, RawRecord, StoreError, Written};
use loggia_model::{Actor, ActorKey, Change, Expected, Seq, Urn};
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::append::{self, Prepared, Tail};
use crate::db::Db;

/// How many requests share one commit at most.
const GROUP: usize = 256;

type Reply = oneshot::Sender<Result<Vec<Written>, AppendError>>;

struct Request {
    by: Actor,
    changes: Vec<Change>,
    reply: Reply,
}

pub struct Writer {
    db: Db,
    queue: mpsc::Sender<Request>,
    /// Held by whoever writes, so that a long batch and the groups take turns.
    turn: Arc<Mutex<()>>,
    announcer: Announcer,
    /// Whoever announces goes on for as long as somebody listens: this store does, until it is dropped.
    _listens: watch::Receiver<Seq>,
}

/// Tells what has been committed.
#[derive(Clone)]
struct Announcer {
    /// By this process or, where others write too, by any.
    last: watch::Sender<Seq>,
    /// By this process.
    heads: watch::Sender<Heads>,
}

impl Announcer {
    /// Before the writer is told: whoever asks after that is answered by what it wrote.
    fn tell(&self, committed: Heads) {
        self.heads.send_if_modified(|known| {
            let newer = committed.last > known.last;
            if newer {
                *known = committed;
            }
            newer
        });
        self.last
            .send_if_modified(|known| std::mem::replace(known, committed.last.max(*known)) < committed.last);
    }
}

impl Writer {
    pub fn start(db: Db, heads: Heads) -> Self {
        let (queue, requests) = mpsc::channel(4 * GROUP);
        let turn = Arc::new(Mutex::new(()));
        let announcer = Announcer { last: watch::Sender::new(heads.last), heads: watch::Sender::new(heads) };
        tokio::spawn(write_groups(db.clone(), requests, turn.clone(), announcer.clone()));
        Self { db, queue, turn, _listens: announcer.last.subscribe(), announcer }
    }

    pub fn committed(&self) -> watch::Receiver<Seq> {
        self.announcer.last.subscribe()
    }

    /// As of what this process has committed.
    pub fn heads(&self) -> Heads {
        *self.announcer.heads.borrow()
    }

    pub fn announcer(&self) -> watch::Sender<Seq> {
        self.announcer.last.clone()
    }

    pub async fn append(&self, by: &Actor, changes: Vec<Change>) -> Result<Vec<Written>, AppendError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let (reply, answer) = oneshot::channel();
        let gone = || AppendError::Store(StoreError::Unavailable("the store is closing".into()));
        self.queue.send(Request { by: by.clone(), changes, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    pub async fn begin(&self, by: &Actor) -> Result<Box<dyn Batch>, StoreError> {
        let turn = self.turn.clone().lock_owned().await;
        let tail = Tail::begin(&self.db).await?;
        Ok(Box::new(OpenBatch {
            tail: Some(tail),
            writing: None,
            by: by.clone(),
            announcer: self.announcer.clone(),
            turn,
        }))
    }

    pub async fn erase(&self, by: &Actor, person: &Urn, key: &ActorKey) -> Result<Seq, AppendError> {
        let turn = self.turn.clone().lock_owned().await;
        let mut tail = Tail::begin(&self.db).await?;
        tail.append(by, vec![Change::remove(person.clone(), Expected::Any, ERASED)]).await?;
        tail.erase(person, key).await?;
        Ok(committed(tail, self.announcer.clone(), turn).await?)
    }

    pub async fn load(&self, records: Vec<RawRecord>) -> Result<(), StoreError> {
        let turn = self.turn.clone().lock_owned().await;
        let mut tail = Tail::begin(&self.db).await?;
        tail.load(records).await?;
        committed(tail, self.announcer.clone(), turn).await.map(drop)
    }
}

/// While some changes are being written, the next are made ready.
struct OpenBatch {
    /// `None` while it is writing, and after an error of the database: then nothing of the batch stands.
    tail: Option<Tail>,
    writing: Option<JoinHandle<Result<Tail, StoreError>>>,
    by: Actor,
    announcer: Announcer,
    turn: OwnedMutexGuard<()>,
}

impl OpenBatch {
    async fn written(&mut self) -> Result<Tail, StoreError> {
        if let Some(writing) = self.writing.take() {
            return writing.await.unwrap_or_else(|_| Err(failed()));
        }
        self.tail.take().ok_or_else(failed)
    }
}

#[async_trait]
impl Batch for OpenBatch {
    async fn append(&mut self, changes: Vec<Change>) -> Result<Vec<Written>, AppendError> {
        let prepared = append::prepare(changes);
        let mut tail = self.written().await?;
        let mut standing = tail.standing(prepared.iter().map(|change| &change.urn)).await?;
        match tail.admit(&self.by, prepared, &mut standing).await {
            Ok((written, lines)) => {
                self.writing = Some(tokio::spawn(async move {
                    tail.write(lines).await?;
                    Ok(tail)
                }));
                Ok(written)
            }
            Err(conflict @ AppendError::Conflict(_)) => {
                self.tail = Some(tail);
                Err(conflict)
            }
            Err(error) => Err(error),
        }
    }

    async fn commit(mut self: Box<Self>) -> Result<Seq, StoreError> {
        let tail = self.written().await?;
        committed(tail, self.announcer, self.turn).await
    }
}

/// Commits, and tells so, also where whoever asked has gone meanwhile: the database commits all the same.
async fn committed(tail: Tail, announcer: Announcer, turn: OwnedMutexGuard<()>) -> Result<Seq, StoreError> {
    let committing = tokio::spawn(async move {
        let _turn = turn;
        let committed = tail.commit().await?;
        announcer.tell(committed);
        Ok(committed.last)
    });
    committing.await.unwrap_or_else(|_| Err(failed()))
}

fn failed() -> StoreError {
    StoreError::Unavailable("writing these changes has ended before they were all written".into())
}

async fn write_groups(
    db: Db,
    mut requests: mpsc::Receiver<Request>,
    turn: Arc<Mutex<()>>,
    announcer: Announcer,
) {
    let mut group = Vec::new();
    while requests.recv_many(&mut group, GROUP).await > 0 {
        let _turn = turn.lock().await;
        // What came while an earlier writer had its turn joins this group.
        while group.len() < GROUP {
            let Ok(request) = requests.try_recv() else { break };
            group.push(request);
        }
        write_group(&db, std::mem::take(&mut group), &announcer).await;
    }
}

async fn write_group(db: &Db, group: Vec<Request>, announcer: &Announcer) {
    let alone = group.len() == 1;
    let (requests, replies): (Vec<_>, Vec<_>) =
        group.into_iter().map(|Request { by, changes, reply }| ((by, changes), reply)).unzip();
    match commit_together(db, &requests).await {
        Ok((committed, answers)) => {
            announcer.tell(committed);
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Nobody waits any more where the asker has gone: the write stands all the same.
                let _gone = reply.send(answer);
            }
        }
        Err(failure) if alone || failure.is_of_all => refuse(replies, &failure.error),
        // One request that the database refuses must not take the others with it.
        Err(_) => {
            let mut each = requests.into_iter().zip(replies);
            while let Some((request, reply)) = each.next() {
                let answer = match commit_together(db, std::slice::from_ref(&request)).await {
                    Ok((committed, mut answers)) => {
                        announcer.tell(committed);
                        answers.pop().unwrap_or(Ok(Vec::new()))
                    }
                    Err(failure) if failure.is_of_all => {
                        return refuse(
                            [reply].into_iter().chain(each.map(|(_, reply)| reply)),
                            &failure.error,
                        );
                    }
                    Err(failure) => Err(AppendError::Store(failure.error)),
                };
                let _gone = reply.send(answer);
            }
        }
    }
}

fn refuse(replies: impl IntoIterator<Item = Reply>, error: &StoreError) {
    for reply in replies {
        let _gone = reply.send(Err(AppendError::Store(clone_error(error))));
    }
}

struct Failure {
    error: StoreError,
    /// Where there is no database to begin with, each request would only wait for that in its turn; and what failed in the
    /// commit may have been committed all the same.
    is_of_all: bool,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { error, is_of_all: false }
    }
}

impl Failure {
    fn of_all(error: StoreError) -> Self {
        Self { error, is_of_all: true }
    }
}

type Answers = Vec<Result<Vec<Written>, AppendError>>;

async fn commit_together(db: &Db, requests: &[(Actor, Vec<Change>)]) -> Result<(Heads, Answers), Failure> {
    let prepared = |(by, changes): &(Actor, Vec<Change>)| (by.clone(), append::prepare(changes.clone()));
    let prepared: Vec<(Actor, Vec<Prepared>)> = requests.iter().map(prepared).collect();
    let mut tail = Tail::begin(db).await.map_err(Failure::of_all)?;
    // A statement takes another thread to wake: there are as many of them for a group as for one request.
    let changes = prepared.iter().flat_map(|(_, changes)| changes);
    let mut standing = tail.standing(changes.map(|change| &change.urn)).await?;
    let (mut answers, mut lines) = (Vec::with_capacity(requests.len()), Vec::new());
    for (by, changes) in prepared {
        answers.push(match tail.admit(&by, changes, &mut standing).await {
            Ok((written, some)) => {
                lines.extend(some);
                Ok(written)
            }
            Err(AppendError::Store(error)) => return Err(error.into()),
            Err(conflict) => Err(conflict),
        });
    }
    tail.write(lines).await?;
    Ok((tail.commit().await.map_err(Failure::of_all)?, answers))
}

fn clone_error(error: &StoreError) -> StoreError {
    match error {
        StoreError::DiskFull => StoreError::DiskFull,
        other => StoreError::Unavailable(other.to_string()),
    }
}
