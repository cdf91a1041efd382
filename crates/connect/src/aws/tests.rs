use super::*;

struct Machine {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".aws")).unwrap();
        let home = folder.path().display().to_string();
        Self { folder, variables: vec![("HOME", home)] }
    }

    fn having(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.folder.path().join(".aws").join(name), text).unwrap();
        self
    }

    fn find(&self, wanted: &AwsWanted) -> Result<AwsAccess, AwsError> {
        let variable = |name: &str| {
            self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        };
        AwsAccess::find_in(wanted, Service::Glue, &variable)
    }

    fn refusal(&self, wanted: &AwsWanted) -> String {
        self.find(wanted).unwrap_err().to_string()
    }
}

const CREDENTIALS: &str = "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = s3cret-default\n\
                           [night]\naws_access_key_id = AKNIGHT\naws_secret_access_key = s3cret/night+=\n\
                           aws_session_token = s3cret-token\n[half]\naws_access_key_id = AKHALF\n";
const CONFIG: &str = "[default]\nregion = eu-west-1\n[profile night]\nregion = sa-east-1\n\
                      endpoint_url = https://glue.night\n[profile role]\nrole_arn = arn:aws:iam::1:role/x\nregion = a-1\n";

fn profile(name: &str) -> AwsWanted {
    AwsWanted { profile: Some(name.to_owned()), ..AwsWanted::default() }
}

fn says(access: &AwsAccess) -> (&str, &str, Option<&str>, &str, Option<&str>) {
    let Credentials { access_key_id, secret_access_key, session_token } = &access.credentials;
    (
        access_key_id,
        secret_access_key.reveal(),
        session_token.as_ref().map(Secret::reveal),
        &access.region,
        access.endpoint.as_deref(),
    )
}

#[test]
fn the_environment_comes_before_the_default_profile() {
    let machine = Machine::new().file("credentials", CREDENTIALS).file("config", CONFIG);
    let access = machine.find(&AwsWanted::default()).unwrap();
    assert_eq!(says(&access), ("AKDEFAULT", "s3cret-default", None, "eu-west-1", None));

    let machine = machine
        .having("AWS_ACCESS_KEY_ID", "AKENV")
        .having("AWS_SECRET_ACCESS_KEY", "s3cret-env")
        .having("AWS_DEFAULT_REGION", "eu-south-2")
        .having("AWS_ENDPOINT_URL", "http://127.0.0.1:4566/");
    let access = machine.find(&AwsWanted::default()).unwrap();
    assert_eq!(says(&access), ("AKENV", "s3cret-env", None, "eu-south-2", Some("http://127.0.0.1:4566")));
}

#[test]
fn a_profile_that_is_named_comes_before_the_environment() {
    let machine = Machine::new()
        .file("credentials", CREDENTIALS)
        .file("config", CONFIG)
        .having("AWS_ACCESS_KEY_ID", "AKENV")
        .having("AWS_SECRET_ACCESS_KEY", "s3cret-env");
    let night = machine.find(&profile("night")).unwrap();
    let expected =
        ("AKNIGHT", "s3cret/night+=", Some("s3cret-token"), "sa-east-1", Some("https://glue.night"));
    assert_eq!(says(&night), expected);
}

#[test]
fn a_secret_comes_first_and_what_is_said_comes_before_everything() {
    let machine =
        Machine::new().file("config", CONFIG).having("AWS_ENDPOINT_URL_GLUE", "https://glue.elsewhere");
    let value = r#"{"access_key_id": "AKNAMED", "secret_access_key": "s3cret", "session_token": "t0ken"}"#;
    let wanted = AwsWanted {
        secret: Some(Secret::new(value)),
        region: Some("us-east-1".to_owned()),
        ..AwsWanted::default()
    };
    let access = machine.find(&wanted).unwrap();
    let expected = ("AKNAMED", "s3cret", Some("t0ken"), "us-east-1", Some("https://glue.elsewhere"));
    assert_eq!(says(&access), expected);
    let shown = format!("{access:?} {wanted:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
}

#[test]
fn the_files_may_lie_elsewhere() {
    let machine = Machine::new().file("own", CREDENTIALS).file("own-config", CONFIG);
    let path = |name: &str| machine.folder.path().join(".aws").join(name).display().to_string();
    let (own, config) = (path("own"), path("own-config"));
    let machine = machine
        .having("AWS_SHARED_CREDENTIALS_FILE", &own)
        .having("AWS_CONFIG_FILE", &config)
        .having("AWS_PROFILE", "night");
    assert_eq!(says(&machine.find(&AwsWanted::default()).unwrap()).0, "AKNIGHT");
}

#[test]
fn what_is_wrong_is_said_without_anything_secret() {
    let machine = || Machine::new().file("credentials", CREDENTIALS).file("config", CONFIG);
    let none = AwsWanted::default();
    let endpoint = |text: &str| AwsWanted { endpoint: Some(text.to_owned()), ..AwsWanted::default() };
    let region = AwsWanted { region: Some("eu.evil/".to_owned()), ..AwsWanted::default() };
    let secret = |text: &str| AwsWanted { secret: Some(Secret::new(text)), ..AwsWanted::default() };
    for (said, why) in [
        (Machine::new().refusal(&none), "there are no credentials for AWS"),
        (Machine::new().file("credentials", CREDENTIALS).refusal(&none), "no region is named"),
        (machine().having("AWS_SECRET_ACCESS_KEY", "s3cret").refusal(&none), "AWS_ACCESS_KEY_ID is not"),
        (machine().refusal(&profile("day")), "there is no profile 'day'"),
        (machine().refusal(&profile("half")), "has aws_access_key_id and no aws_secret_access_key"),
        (machine().refusal(&profile("role")), "by 'role_arn', which is not followed"),
        (Machine::new().file("credentials", "[default]\ns3cret\n").refusal(&none), "line 2 is neither"),
        (machine().refusal(&endpoint("127.0.0.1:4566")), "it begins with neither"),
        (machine().refusal(&endpoint("http://ana:s3cret@glue")), "a name or password"),
        (machine().refusal(&region), "'eu.evil/' is no region"),
        (machine().refusal(&secret("s3cret")), "the secret holds no credentials of AWS"),
        (machine().refusal(&secret(r#"{"access_key_id": "s3cret"}"#)), "the secret holds no credentials"),
    ] {
        assert!(said.contains(why) && !said.contains("s3cret"), "{said}");
    }
}
