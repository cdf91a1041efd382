//! The use cases, through the doors that pages and the command line use, over a real store and a real index.

mod catalog {
    mod access;
    mod accounts;
    mod alike;
    mod audit;
    mod backups;
    mod certification;
    mod code;
    mod edits;
    mod facets;
    mod federation;
    mod find;
    mod fixtures;
    mod health;
    mod history;
    mod inbox;
    mod layers;
    mod merged;
    mod metadata_forms;
    mod names;
    mod namesakes;
    mod noted;
    mod organised;
    mod policies;
    mod posts;
    mod profiles;
    mod project_forms;
    mod projects;
    mod provisioning;
    mod provisioning_limits;
    mod publishing;
    mod raci;
    mod rules;
    mod secrets;
    mod suggestions;
    mod tasks;
    mod tokens;
    mod undo;
}
