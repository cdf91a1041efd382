//! What people say to each other about an asset or a column of it: comments, questions, problems and proposals.

use serde::{Deserialize, Serialize};

use super::word_list;
use crate::{ActorKey, ColumnPath, Facts, Timestamp, Urn};

word_list! {
    /// What somebody wants with what they say.
    PostKind, "kind of post":
    Comment = "comment" / "Comment",
    Question = "question" / "Question",
    Problem = "problem" / "Problem",
    /// A change that whoever may not edit would make.
    Proposal = "proposal" / "Proposal",
}

word_list! {
    /// What became of a post. A comment waits for nothing, and stays open.
    PostStatus, "status of a post":
    Open = "open" / "Open",
    /// A question, by one of the replies.
    Answered = "answered" / "Answered",
    /// A problem.
    Solved = "solved" / "Solved",
    /// A question or a problem with which nothing will be done.
    Closed = "closed" / "Closed",
    /// A proposal, as it was or with other words.
    Accepted = "accepted" / "Accepted",
    Refused = "refused" / "Refused",
    /// A proposal, by whoever made it.
    Withdrawn = "withdrawn" / "Withdrawn",
}

word_list! {
    /// What a problem is one of.
    ProblemKind, "kind of problem":
    Wrong = "wrong-values" / "Wrong values",
    Missing = "missing" / "Missing data",
    Late = "late" / "Late data",
    Unclear = "unclear" / "Unclear or wrong documentation",
    Access = "access" / "Access",
    Other = "other" / "Something else",
}

word_list! {
    /// How much a problem hurts.
    Severity, "severity":
    Low = "low" / "Low",
    Medium = "medium" / "Medium",
    High = "high" / "High",
}

/// A post with all that was replied to it. Only its author's words, and never a name, are in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostFacts {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<PostKind>,
    /// The asset that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Urn>,
    /// The column of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<ColumnPath>,
    /// The post itself; its number is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
    /// In the order in which they came; their numbers go on from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies: Option<Vec<Said>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Proposed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<PostStatus>,
    /// Who made it so, when, and with which word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// The number of the reply that answers the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<u32>,
}

/// What one person said once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub by: ActorKey,
    pub at: Timestamp,
    /// Markdown; empty where it was taken back.
    pub text: String,
    /// When it was last changed or taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// Who took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_by: Option<ActorKey>,
}

/// One field as it would be, in the words of the form that edits it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// `description`, `owners`; of a column, where the post has one.
    pub field: String,
    /// As whoever proposes saw it.
    pub before: String,
    pub after: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    pub by: ActorKey,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub word: String,
    /// Of a proposal: accepted, but not in its own words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_other_words: bool,
}

impl PostFacts {
    /// Whether it waits for somebody who looks after what it is about.
    pub fn is_waiting(&self) -> bool {
        self.status == Some(PostStatus::Open) && self.kind.is_some_and(|kind| kind != PostKind::Comment)
    }

    /// What has been said, with its number: the post itself, then the replies.
    pub fn all_said(&self) -> impl Iterator<Item = (u32, &Said)> {
        (0..).zip(self.said.iter().chain(self.replies.iter().flatten()))
    }
}

impl Facts for PostFacts {
    fn over(&self, below: &mut Self) {
        // Whoever changes a post says all of it: what is not said any more must not show from below.
        if self.kind.is_some() {
            below.clone_from(self);
        }
    }
}
