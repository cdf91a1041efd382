//! The grammar of the command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum};
use http::uri::Authority;
use loggia_catalog::ports::Scope;
use loggia_catalog::secrets::SecretName;
use loggia_catalog::tokens::{MOST_DAYS, USUAL_DAYS};
use loggia_model::{ActorKey, Timestamp};

/// A business data catalog in one program.
#[derive(Debug, Parser)]
#[command(name = "loggia", version, about)]
pub struct Args {
    /// The folder that holds the catalog (and, with --database, its search index).
    #[arg(long, global = true, env = "LOGGIA_DATA", default_value = "loggia-data", value_name = "DIR")]
    pub data: PathBuf,
    /// Keep the catalog in this PostgreSQL database instead of the folder.
    #[arg(long, global = true, env = "LOGGIA_DATABASE", value_name = "postgres://…")]
    pub database: Option<String>,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Serve the portal.
    Serve(Serve),
    /// Take in what a source states.
    #[command(subcommand)]
    Harvest(Harvest),
    /// Write the whole catalog to a folder of YAML, or as JSON lines to the output.
    Export(Export),
    /// Apply a folder or file of YAML, or a file of JSON lines: all of it or, at the first error, nothing.
    Apply(Apply),
    /// Check the log, the documents and the index against each other.
    Verify,
    /// Write everything into one file, while everything goes on.
    Backup {
        /// A new file; ending in .gz, it is packed.
        file: PathBuf,
    },
    /// Put a backup into an empty catalog, in either engine.
    Restore { file: PathBuf },
    /// Passwords and keys by which sources are reached, kept sealed.
    #[command(subcommand)]
    Secret(Secret),
    /// Who can sign in.
    #[command(subcommand)]
    Account(Account),
    /// People, as far as they are more than entries.
    #[command(subcommand)]
    Person(Person),
    /// Who did what, and what they were kept from.
    #[command(subcommand)]
    Audit(Audit),
    /// Programs and agents, which come with a token.
    #[command(subcommand)]
    Service(Service),
    /// What programs come in by.
    #[command(subcommand)]
    Token(Token),
    /// Reads a file that may be hostile for another process of this program, which asks on its input.
    #[command(hide = true)]
    Read,
    /// Bring the search index up to date.
    Index {
        /// Fill it anew from the documents.
        #[arg(long)]
        rebuild: bool,
    },
}

#[derive(Debug, Parser)]
pub struct Serve {
    /// Where to listen. Without --url, only this machine's own addresses.
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "HOST:PORT")]
    pub addr: SocketAddr,
    /// Says where data lies, and which of it may be shown.
    #[arg(long, env = "LOGGIA_SOURCES", value_name = "FILE")]
    pub sources: Option<PathBuf>,
    /// Says by which providers of identities (OpenID Connect) people may sign in, beside passwords.
    #[arg(long, env = "LOGGIA_SIGN_IN", value_name = "FILE")]
    pub sign_in: Option<PathBuf>,
    /// Says what a new project can begin with: roles, a goal, sources.
    #[arg(long, env = "LOGGIA_PROJECT_PROFILES", value_name = "FILE")]
    pub project_profiles: Option<PathBuf>,
    /// Says how people are mailed, and which webhooks are called, when something happens.
    #[arg(long, env = "LOGGIA_NOTIFICATIONS", value_name = "FILE")]
    pub notifications: Option<PathBuf>,
    /// The address by which people reach this, where TLS ends in front of it. Only with it, and with somebody who
    /// administers the catalog, --addr may be more than this machine's own.
    #[arg(long, env = "LOGGIA_URL", value_name = "https://HOST")]
    pub url: Option<PublicUrl>,
    /// Let everybody in as one of these people, by a click: for a demonstration, on this machine alone.
    #[arg(long, value_name = "PERSON", value_delimiter = ',', conflicts_with = "url")]
    pub demo: Vec<ActorKey>,
}

/// `https://` and a host; a port where it is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(pub Authority);

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not https:// and a host, such as https://catalog.example");
        let host = text.strip_prefix("https://").map(|host| host.trim_end_matches('/')).ok_or_else(wrong)?;
        let authority: Authority = host.parse().map_err(|_| wrong())?;
        if authority.as_str().contains('@') { Err(wrong()) } else { Ok(Self(authority)) }
    }
}

/// Who can sign in.
#[derive(Debug, Clone, Subcommand)]
pub enum Account {
    /// Let a person sign in; the password comes on the input. Or give them another login or password.
    Add {
        /// By name, slug or URN. A name that nobody has yet is made a person.
        person: String,
        /// What they type; without it, the slug of the person.
        #[arg(long)]
        login: Option<String>,
        /// Give them the role of administrator of everything, too.
        #[arg(long)]
        administrator: bool,
    },
    /// Who there is.
    List,
    /// Keep somebody out from now on, and end their sessions.
    Disable { login: String },
    /// Let somebody in again.
    Enable { login: String },
    /// Take a password away, end the sessions, and print a link by which its owner chooses another: once, within a day.
    Reset {
        login: String,
        /// The address by which people reach this; without it, what follows it.
        #[arg(long, env = "LOGGIA_URL", value_name = "https://HOST")]
        url: Option<PublicUrl>,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub enum Person {
    /// Forget who somebody is: their entry in all revisions, account, sessions, roles, addresses. What they did stays.
    Erase {
        /// By name, slug or URN.
        person: String,
        /// It cannot be undone.
        #[arg(long, required = true)]
        yes: bool,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub enum Service {
    /// Make a service. It sees nothing until it is given a role, on the page of a domain unit or of the organisation.
    Add { name: String },
    /// Which there are.
    List,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Token {
    /// Make a token of a service, and print it: this once.
    Make {
        /// By name, slug or URN; 'loggia service add' makes one.
        service: String,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// How long it is good.
        #[arg(long, default_value_t = USUAL_DAYS, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_DAYS)))]
        days: u32,
        /// 'read' for everything that the API reads, 'search' to search only, 'provision' to bring people and groups by
        /// SCIM.
        #[arg(long, default_value_t = Scope::Read)]
        scope: Scope,
    },
    /// Those of everybody, with when each was last used.
    List,
    /// Keep whoever has it out, from this moment on.
    Revoke {
        /// As 'loggia token list' tells it.
        id: String,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub enum Audit {
    /// Check the chains of the log and of the audit: whatever was changed, added or taken out by hand shows.
    Verify,
    /// Write the audit of a period to the output, newest first.
    Export {
        /// The first day (UTC); without it, all from the beginning.
        #[arg(long, value_name = "DAY", value_parser = day)]
        from: Option<Timestamp>,
        /// The last day (UTC); without it, all until now.
        #[arg(long, value_name = "DAY", value_parser = day)]
        to: Option<Timestamp>,
        #[arg(long, value_enum, default_value_t = AuditFormat::Jsonl)]
        format: AuditFormat,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    Jsonl,
    Csv,
}

/// The first instant of a day.
fn day(text: &str) -> Result<Timestamp, String> {
    let midnight = format!("{text}T00:00:00Z").parse();
    midnight.map_err(|_| format!("'{text}' is no day: write it as 2027-01-31"))
}

#[derive(Debug, Clone, Subcommand)]
pub enum Harvest {
    /// dbt's artifacts: models, sources, seeds, snapshots, exposures, tests and their results.
    Dbt {
        #[arg(long, value_name = "FILE")]
        manifest: PathBuf,
        #[arg(long, value_name = "FILE")]
        catalog: Option<PathBuf>,
        #[arg(long, value_name = "FILE")]
        run_results: Option<PathBuf>,
        /// The result of `dbt source freshness`.
        #[arg(long, value_name = "FILE")]
        sources: Option<PathBuf>,
        /// The OpenLineage namespace of the database, such as postgres://host:5432: the manifest has the
        /// adapter, not the host.
        #[arg(long)]
        namespace: Option<String>,
    },
    /// Parquet and CSV files, one asset a table.
    Files {
        path: PathBuf,
        /// The OpenLineage namespace; without it, `file` and the full path.
        #[arg(long)]
        namespace: Option<String>,
        /// Read the data too, and tell what it is like: each table whose data is not the same as last time.
        #[arg(long)]
        profile: bool,
    },
    /// Tables in a bucket: Parquet, CSV, Delta Lake and Iceberg, one asset a table.
    Bucket {
        /// Of Google `gs://…`, of Azure `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/…`. Credentials come
        /// from the environment of whoever runs `serve` where that runs, or from --profile.
        #[arg(value_name = "s3://BUCKET/PREFIX")]
        address: String,
        /// What speaks like S3, where it is not AWS: https://HOST, or http://HOST:PORT where that is meant.
        #[arg(long, value_name = "URL")]
        endpoint: Option<String>,
        #[arg(long)]
        region: Option<String>,
        /// Of ~/.aws, whose credentials are used.
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// A secret with what opens the bucket, by its name (`loggia secret set`).
        #[arg(long, value_name = "NAME", conflicts_with = "profile")]
        secret: Option<SecretName>,
        /// The OpenLineage namespace; without it, the bucket's address.
        #[arg(long)]
        namespace: Option<String>,
        /// Read the data too, and tell what it is like: each table whose data is not the same as last time.
        #[arg(long)]
        profile_data: bool,
    },
    /// The sources that a file defines, one after the other. One that fails does not stop the others.
    Sources {
        /// loggia.yaml, as `serve --sources` takes it.
        file: PathBuf,
        /// Only these.
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// The tables and views of a PostgreSQL database, from its own system catalogs. Nothing is written there.
    Postgres {
        /// The password is better in ~/.pgpass or PGPASSWORD, of whoever runs `serve` where that runs, than
        /// here, where others on this machine can read it.
        #[arg(value_name = "postgres://USER@HOST:PORT/DATABASE")]
        address: String,
        /// Only this schema; may be given several times. Each choice of schemas is a source of its own.
        #[arg(long, value_name = "NAME")]
        schema: Vec<String>,
        /// The OpenLineage namespace; without it, postgres://HOST:PORT.
        #[arg(long)]
        namespace: Option<String>,
        /// The password is the value of this secret.
        #[arg(long, value_name = "NAME")]
        secret: Option<SecretName>,
        /// The longest that one question to the database may take.
        #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3600))]
        timeout: u32,
    },
    /// The tables and views of AWS Glue's Data Catalog. Nothing is written there.
    Glue {
        /// Such as eu-west-1; without it, that of AWS_REGION or of the profile.
        #[arg(long)]
        region: Option<String>,
        /// Of ~/.aws; without it, the credentials of the environment, or of AWS_PROFILE. Those are of whoever
        /// runs `serve` where that runs.
        #[arg(long, value_name = "NAME", conflicts_with = "secret")]
        profile: Option<String>,
        /// The credentials are the value of this secret.
        #[arg(long, value_name = "NAME")]
        secret: Option<SecretName>,
        /// Another server than AWS's own that speaks as it does.
        #[arg(long, value_name = "https://HOST")]
        endpoint: Option<String>,
        /// Only this database of the catalog; may be given several times. Each choice of databases is a source
        /// of its own.
        #[arg(long, value_name = "DATABASE")]
        only: Vec<String>,
        /// The OpenLineage namespace; without it, arn:aws:glue:REGION:ACCOUNT.
        #[arg(long)]
        namespace: Option<String>,
        /// Do not count partitions: that takes a question, or several, for each table that has any.
        #[arg(long)]
        no_partitions: bool,
        /// The longest that one question to Glue may take.
        #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3600))]
        timeout: u32,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub enum Secret {
    /// Print a new key, for LOGGIA_SECRET_KEY_FILE or LOGGIA_SECRET_KEY.
    Key,
    /// Keep what comes on the input under a name, in place of what was there.
    Set { name: String },
    /// What there is: names, when they were set, and by which key they are sealed.
    List,
    /// Forget a secret.
    Remove { name: String },
    /// Seal all anew: by LOGGIA_SECRET_KEY(_FILE) what was sealed by LOGGIA_OLD_SECRET_KEY(_FILE).
    Rotate,
}

#[derive(Debug, Parser)]
pub struct Export {
    /// The folder to write to; not needed for JSON lines.
    #[arg(required_unless_present = "format")]
    pub folder: Option<PathBuf>,
    #[arg(long, value_parser = ["jsonl", "yaml"])]
    pub format: Option<String>,
}

#[derive(Debug, Parser)]
pub struct Apply {
    pub path: PathBuf,
    /// Show what would happen, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Also remove what the files do not have.
    #[arg(long, requires = "yes")]
    pub prune: bool,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
}
