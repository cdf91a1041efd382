//! What the roles that come with the program may do, and what is refused when a policy is saved.

#[cfg(test)]
mod roles {
    use loggia_model::{Kind, Urn};
    use loggia_policy::{
        Action, Assignment, Decision, Holder, OwnPolicy, Policies, Principal, PrincipalKind, Resource, Role,
    };

    fn urn(kind: Kind, rest: &str) -> Urn {
        format!("urn:loggia:{kind}:{rest}").parse().unwrap()
    }

    fn ana() -> Principal {
        Principal {
            kind: PrincipalKind::Person,
            id: "ana".to_owned(),
            groups: ["analysts".to_owned()].into(),
            units: vec![urn(Kind::DomainUnit, "risk")],
        }
    }

    /// A table of the unit `loans`, which is below `risk`.
    fn loans() -> Resource {
        let units = ["loans", "risk"].map(|unit| urn(Kind::DomainUnit, unit));
        Resource {
            unit: Some(units[0].clone()),
            within: units.into(),
            type_of: Some("table".to_owned()),
            ..Resource::new(urn(Kind::Asset, "db://core;loans"))
        }
    }

    fn assigned(role: Role, holder: Holder, unit: &str) -> Assignment {
        Assignment { role, holder, scope: Some(urn(Kind::DomainUnit, unit)) }
    }

    fn decide(policies: &Policies, action: Action) -> Decision {
        policies.decide(&ana(), action, &loans())
    }

    #[test]
    fn each_role_may_do_what_the_table_says() {
        let mut table =
            String::from("role          discover read sample edit curate publish approve administer\n");
        for role in Role::ALL.iter().copied() {
            let holder = Holder::Person("ana".to_owned());
            let policies = Policies::new([assigned(role, holder, "risk")], []).unwrap();
            let may = Action::ALL.map(|action| {
                let mark = if decide(&policies, action).is_allowed { "yes" } else { "-" };
                format!("{mark:<width$}", width = action.as_str().len())
            });
            let role = role.as_str();
            table += &format!("{role:<13} {}\n", may.join(" ").trim_end());
        }
        insta::assert_snapshot!(table, @r"
    role          discover read sample edit curate publish approve administer
    viewer        yes      yes  -      -    -      -       -       -
    consumer      yes      yes  yes    -    -      -       -       -
    contributor   yes      yes  yes    yes  -      -       -       -
    steward       yes      yes  yes    yes  yes    -       -       -
    owner         yes      yes  yes    yes  yes    yes     yes     -
    administrator yes      yes  yes    yes  yes    yes     yes     yes
    ");
    }

    #[test]
    fn a_role_is_had_below_its_scope_and_nowhere_else() {
        let steward = |holder, unit| Policies::new([assigned(Role::Steward, holder, unit)], []).unwrap();
        let ana = || Holder::Person("ana".to_owned());
        assert!(decide(&steward(ana(), "risk"), Action::Edit).is_allowed, "of the unit above");
        assert!(decide(&steward(ana(), "loans"), Action::Edit).is_allowed, "of the unit itself");
        assert!(!decide(&steward(ana(), "cards"), Action::Edit).is_allowed, "of another");
        assert!(decide(&steward(Holder::Group("analysts".to_owned()), "risk"), Action::Edit).is_allowed);
        assert!(!decide(&steward(Holder::Group("auditors".to_owned()), "risk"), Action::Edit).is_allowed);
        assert!(!decide(&steward(Holder::Service("ana".to_owned()), "risk"), Action::Edit).is_allowed);
        let everywhere = Assignment { role: Role::Viewer, holder: ana(), scope: None };
        assert!(decide(&Policies::new([everywhere], []).unwrap(), Action::Read).is_allowed);
    }

    #[test]
    fn what_a_project_has_not_published_is_found_by_who_works_on_it() {
        let churn = urn(Kind::Project, "churn");
        let mut within = loans().within;
        within.insert(churn.clone());
        let draft = Resource { within, inventory: true, ..loans() };
        let mut table = String::from("role          of the unit, of the project\n");
        for role in Role::ALL.iter().copied() {
            let may = [urn(Kind::DomainUnit, "risk"), churn.clone()].map(|scope| {
                let holder = Holder::Person("ana".to_owned());
                let policies = Policies::new([Assignment { role, holder, scope: Some(scope) }], []).unwrap();
                let may = |action: &Action| policies.decide(&ana(), *action, &draft).is_allowed;
                let may: Vec<&str> =
                    Action::ALL.iter().filter(|action| may(action)).map(|action| action.as_str()).collect();
                if may.is_empty() { "-".to_owned() } else { may.join(" ") }
            });
            table += &format!("{:<13} {}\n", role.as_str(), may.join(", "));
        }
        insta::assert_snapshot!(table, @r"
    role          of the unit, of the project
    viewer        -, discover read
    consumer      -, discover read sample
    contributor   discover read sample edit, discover read sample edit
    steward       discover read sample edit curate, discover read sample edit curate
    owner         discover read sample edit curate publish approve, discover read sample edit curate publish approve
    administrator discover read sample edit curate publish approve administer, discover read sample edit curate publish approve administer
    ");
        let open = OwnPolicy {
            name: "risk is open".to_owned(),
            text: "permit (principal is Anonymous, action in [Action::\"discover\", Action::\"read\"], resource in DomainUnit::\"risk\");".to_owned(),
        };
        let policies = Policies::new([], [open]).unwrap();
        let finds =
            |resource| policies.decide(&Principal::anonymous(), Action::Discover, resource).is_allowed;
        assert_eq!((finds(&loans()), finds(&draft)), (true, false));
    }

    #[test]
    fn a_decision_names_what_it_comes_from() {
        let viewer = assigned(Role::Viewer, Holder::Group("analysts".to_owned()), "risk");
        let closed = OwnPolicy {
            name: "nobody reads loans".to_owned(),
            text: "forbid (principal, action == Action::\"read\", resource in DomainUnit::\"loans\");"
                .to_owned(),
        };
        let policies = Policies::new([viewer], [closed]).unwrap();
        let told = |decision: Decision| {
            let because: Vec<String> = decision.because.iter().map(ToString::to_string).collect();
            (decision.is_allowed, because.join(", "))
        };
        let discovered = told(decide(&policies, Action::Discover));
        assert_eq!(discovered, (true, "viewer of urn:loggia:domain-unit:risk".to_owned()));
        let read = told(decide(&policies, Action::Read));
        assert_eq!(read, (false, "nobody reads loans".to_owned()));
        let edited = decide(&policies, Action::Edit);
        assert_eq!(
            (edited.is_allowed, edited.because.len()),
            (false, 0),
            "nobody has said that it is allowed"
        );
    }

    #[test]
    fn a_role_in_a_project_holds_for_what_is_in_it() {
        let assignment = Assignment {
            role: Role::Contributor,
            holder: Holder::Person("ana".to_owned()),
            scope: Some(urn(Kind::Project, "churn")),
        };
        let policies = Policies::new([assignment], []).unwrap();
        let in_it = Resource { within: [urn(Kind::Project, "churn")].into(), ..loans() };
        let project = Resource::new(urn(Kind::Project, "churn"));
        let may = |resource: &Resource| policies.decide(&ana(), Action::Edit, resource).is_allowed;
        assert_eq!([may(&in_it), may(&project), may(&loans())], [true, true, false]);
    }

    #[test]
    fn which_roles_let_one_do_something_the_roles_themselves_say() {
        assert_eq!(loggia_policy::roles_that_may(Action::Publish), [Role::Owner, Role::Administrator]);
        assert_eq!(loggia_policy::roles_that_may(Action::Discover), Role::ALL);
    }

    #[test]
    fn without_a_role_one_sees_who_is_who_and_looks_after_what_one_owns() {
        let policies = Policies::new([], []).unwrap();
        let may = |resource: &Resource| {
            let may = |action: &Action| policies.decide(&ana(), *action, resource).is_allowed;
            Action::ALL.into_iter().filter(may).map(Action::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(may(&loans()), "");
        let own = Resource { owners: [urn(Kind::Person, "ana")].into(), ..loans() };
        assert_eq!(may(&own), "discover read sample edit publish approve");
        for kind in [Kind::DomainUnit, Kind::Person, Kind::Group, Kind::Service] {
            assert_eq!(may(&Resource::new(urn(kind, "b"))), "discover read", "{kind}");
        }
        assert_eq!(may(&Resource::new(Urn::organisation())), "discover read");
        for kind in [Kind::Glossary, Kind::Term, Kind::DataProduct, Kind::Policy, Kind::Project] {
            assert_eq!(may(&Resource::new(urn(kind, "b"))), "", "{kind}");
        }
        let stranger = policies.decide(&Principal::anonymous(), Action::Discover, &own);
        assert!(!stranger.is_allowed);
    }

    #[test]
    fn who_has_not_signed_in_must_be_meant_and_may_only_read() {
        let may = |text: &str| {
            let own = OwnPolicy { name: "mine".to_owned(), text: text.to_owned() };
            let policies = Policies::new([], [own]).unwrap();
            let may =
                |action: &Action| policies.decide(&Principal::anonymous(), *action, &loans()).is_allowed;
            Action::ALL.into_iter().filter(may).map(Action::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(may("permit (principal, action, resource);"), "", "whoever is known is meant");
        let open = "[Action::\"discover\", Action::\"read\"], resource in DomainUnit::\"risk\");";
        assert_eq!(may(&format!("permit (principal is Anonymous, action in {open}")), "discover read");
        assert_eq!(
            may(
                "permit (principal is Anonymous, action == Action::\"read\", resource in DomainUnit::\"cards\");"
            ),
            ""
        );
        for head in [
            "principal is Anonymous, action",
            "principal == Anonymous::\"anyone\", action == Action::\"edit\"",
        ] {
            let why = refused(&format!("permit ({head}, resource);"));
            assert!(why.contains("they may discover and read, and nothing else"), "{why}");
        }
    }

    fn refused(text: &str) -> String {
        let own = OwnPolicy { name: "mine".to_owned(), text: text.to_owned() };
        Policies::new([], [own]).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_a_policy_is_refused_with_the_reason() {
        for (text, why) in [
            ("permit (principal, action, resource)", "is not one policy in Cedar's language"),
            ("permit (principal in ?principal, action, resource);", "is not one policy in Cedar's language"),
            ("permit (principal, action == Action::\"delete\", resource);", "does not fit the schema"),
            (
                "permit (principal, action, resource) when { resource.colour == \"red\" };",
                "does not fit the schema",
            ),
            (
                "permit (principal, action, resource) when { resource.unit == DomainUnit::\"a\" };",
                "does not fit the schema",
            ),
            (
                "permit (principal, action, resource) when { resource has type && resource.type like \"t*\" };",
                "an index cannot answer it",
            ),
            (
                "permit (principal, action, resource) when { principal in resource.owners };",
                "only the resource itself can be looked for",
            ),
            ("permit (principal, action, resource in Group::\"analysts\");", "which groups it is in"),
            (
                "permit (principal, action, resource) when { resource in [Group::\"analysts\"] };",
                "which groups it is in",
            ),
            (
                "permit (principal, action, resource) when { resource.owners == [Person::\"ana\"] };",
                "an index cannot compare it",
            ),
            (
                "permit (principal, action, resource) when { resource has unit && resource.unit.deprecated };",
                "an index cannot answer it",
            ),
            (
                "permit (principal is Person, action, resource) when { principal.tags.containsAny(resource.tags) };",
                "the set is not written out",
            ),
            ("permit (principal, action, resource) when { 1 + 1 == 2 };", "it could fail"),
        ] {
            let said = refused(text);
            assert!(said.starts_with("policy 'mine' ") && said.contains(why), "{text}\n{said}");
        }
    }

    #[test]
    fn two_policies_of_one_name_are_refused() {
        let own = || OwnPolicy {
            name: "mine".to_owned(),
            text: "permit (principal, action, resource);".to_owned(),
        };
        let said = Policies::new([], [own(), own()]).map(|_| ()).unwrap_err().to_string();
        assert_eq!(said, "policy 'mine' has the name of another policy: choose one of its own");
    }
}
