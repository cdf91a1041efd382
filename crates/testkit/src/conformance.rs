//! What every store must do, whatever engine it stands on.
//!
//! `loggia_testkit::conformance!(Engine::Sqlite)` in a test crate makes one test of each case, each over a
//! database of its own. A case that is written here runs for both engines, or it does not compile.

pub mod accounts;
pub mod appending;
pub mod audit;
pub mod backups;
pub mod batches;
pub mod beside;
pub mod following;
pub mod history;
pub mod identities;
pub mod inbox;
pub mod origins;
pub mod outbox;
pub mod profiles;
pub mod provisioned;
pub mod reading;
pub mod schema;
pub mod secrets;
pub mod sources;
pub mod tampering;
pub mod texts;
pub mod tokens;
pub mod writers;

use loggia_catalog::ports::{AppendError, Conflict, Written};

use crate::{Engine, Outcome, TestStore, Trouble};

/// Runs one case over a store of its own.
///
/// # Errors
/// Those of the case.
pub async fn run(engine: Engine, case: impl AsyncFnOnce(TestStore) -> Outcome) -> Outcome {
    case(TestStore::open(engine).await?).await
}

/// The conflict that a write must have met.
fn conflict(answer: Result<Vec<Written>, AppendError>) -> Outcome<Conflict> {
    match answer {
        Err(AppendError::Conflict(conflict)) => Ok(*conflict),
        Err(AppendError::Store(error)) => Err(Trouble::new(format!("instead of a conflict: {error}"))),
        Ok(written) => Err(Trouble::new(format!("instead of a conflict, this was written: {written:?}"))),
    }
}

/// One test a case, for the given [`Engine`].
#[macro_export]
macro_rules! conformance {
    ($engine:expr) => {
        $crate::conformance! { $engine =>
            accounts::an_account_is_kept_in_place_of_the_one_before_it_and_a_login_is_one_persons,
            accounts::a_password_is_set_and_taken_away_of_whoever_is_not_disabled,
            accounts::a_session_is_there_until_it_is_ended_or_too_old,
            appending::the_first_of_a_name_is_revision_one_and_the_log_says_who_when_why_and_by_which_door,
            appending::one_conflict_and_nothing_of_the_append_is_written,
            appending::a_conflict_says_who_was_faster_and_when,
            appending::what_is_there_is_not_absent_until_it_is_removed,
            appending::several_changes_to_one_name_in_one_append_are_as_many_revisions,
            appending::a_conflict_with_an_earlier_change_of_the_same_append_is_a_conflict,
            appending::more_changes_than_fit_into_one_statement_are_written_in_their_order,
            appending::asking_for_nothing_writes_nothing,
            audit::lines_of_the_audit_come_back_newest_first_and_in_pages,
            audit::the_audit_is_asked_by_who_what_where_and_when,
            audit::the_log_is_asked_by_who_what_where_and_when,
            audit::a_changed_line_of_the_audit_is_found,
            audit::a_removed_line_of_the_audit_is_found,
            audit::who_is_erased_is_gone_and_both_chains_hold,
            audit::what_was_erased_stays_so_in_a_copy,
            audit::nobody_is_erased_by_taking_a_body_or_an_address_away,
            audit::two_stores_write_one_audit_without_a_gap,
            backups::a_dumped_log_loads_into_either_engine_chain_and_all,
            backups::a_loaded_log_goes_on,
            backups::records_that_do_not_go_on_where_the_log_ends_are_refused,
            backups::one_unreadable_record_and_none_of_its_page_is_loaded,
            batches::a_batch_shows_nothing_until_it_is_committed,
            batches::a_dropped_batch_leaves_nothing,
            batches::a_batch_goes_on_from_its_own_changes,
            batches::a_batch_outlives_a_conflict,
            batches::others_write_after_the_batch,
            beside::a_kept_value_is_taken_once,
            beside::an_expired_value_is_gone,
            beside::a_value_kept_again_is_the_newer_one,
            beside::visits_add_up_by_day,
            beside::what_was_removed_is_not_most_visited,
            beside::runs_are_told_newest_first_and_in_full,
            following::the_log_is_followed_in_order_and_in_pages,
            following::whoever_waits_hears_of_a_commit,
            following::a_follower_never_meets_a_later_record_before_an_earlier_one,
            history::every_revision_can_be_read_again,
            history::any_instant_can_be_read_again,
            history::a_history_is_newest_first_and_in_pages,
            history::what_is_removed_and_made_again_goes_on_with_its_revisions,
            beside::a_source_is_paused_until_it_is_not,
            identities::a_subject_is_one_persons_for_good,
            identities::what_a_session_was_begun_by_goes_with_it,
            identities::a_provider_ends_the_sessions_of_its_own_session_or_subject_and_no_others,
            origins::a_change_says_from_where_it_came_in_a_copy_too,
            origins::a_batch_says_so_too,
            origins::what_came_by_no_network_says_nothing,
            origins::a_changed_address_is_found,
            origins::an_address_goes_with_who_is_erased_and_with_nobody_else,
            profiles::the_last_taken_is_first_whenever_it_was_recorded,
            profiles::columns_come_in_the_order_of_their_table_and_by_name,
            profiles::a_profile_of_the_same_version_takes_the_place_of_the_other,
            profiles::only_the_newest_are_kept,
            profiles::all_of_them_are_copied_into_either_engine,
            provisioned::a_name_is_one_persons_in_each_directory_until_it_is_given_up,
            provisioned::whom_a_directory_has_is_told_in_pages_without_those_who_left,
            provisioned::a_group_is_known_to_the_directory_that_made_it,
            provisioned::who_is_erased_is_forgotten_by_every_directory,
            reading::documents_come_in_the_order_in_which_they_are_asked_for,
            reading::more_names_than_fit_into_one_statement_are_read,
            reading::a_kind_is_listed_by_name_in_pages,
            reading::a_removed_document_is_neither_read_nor_listed,
            schema::it_can_be_taken_back_and_brought_forward_again,
            schema::a_store_that_is_opened_again_has_everything,
            schema::a_database_of_a_newer_version_is_refused,
            secrets::a_secret_is_kept_in_place_of_the_one_before_it_until_it_is_removed,
            secrets::secrets_are_replaced_together_or_where_one_has_changed_not_at_all,
            sources::a_source_is_found_by_its_whole_name_whatever_letters_it_has,
            sources::what_was_removed_is_stated_by_nobody,
            sources::other_names_are_told_until_they_are_taken_back,
            tampering::a_healthy_log_has_nothing_to_tell,
            tampering::a_changed_body_is_found,
            tampering::a_changed_body_with_its_digest_made_to_fit_is_found,
            tampering::a_changed_who_when_or_why_is_found,
            tampering::a_deleted_record_is_found,
            tampering::a_log_cut_short_is_found,
            tampering::a_document_that_the_log_does_not_bear_out_is_found,
            texts::every_letter_comes_back,
            texts::a_body_of_five_megabytes_comes_back,
            inbox::each_is_told_once_whoever_tells,
            inbox::what_is_read_stays_and_is_not_counted,
            inbox::what_is_put_aside_comes_again_and_what_is_done_does_not,
            inbox::what_is_followed_is_followed_once_and_ends,
            inbox::what_is_kept_is_changed_by_who_knows_what_it_was,
            inbox::with_a_person_goes_what_they_were_told,
            outbox::what_is_put_out_is_put_out_once,
            outbox::what_failed_is_tried_again_before_what_came_after_it,
            outbox::what_is_given_up_can_be_seen_and_sent_anew,
            outbox::what_changes_all_the_time_keeps_nothing_waiting,
            outbox::lines_of_mail_are_gathered_until_they_are_due,
            outbox::no_line_waits_for_a_clock_that_was_set_back,
            outbox::mail_is_chosen_and_goes_with_the_person,
            tokens::what_a_service_did_stands_in_the_log_by_its_key,
            tokens::a_token_is_there_until_it_is_removed_or_long_expired,
            writers::many_writers_are_all_acknowledged_and_the_log_has_no_gap,
            writers::of_many_that_change_one_revision_one_wins,
            writers::whoever_writes_knows_where_the_log_is_at_once,
            writers::what_one_of_a_group_meets_is_not_what_others_wrote,
            writers::one_writers_conflict_is_not_its_neighbours,
        }
    };
    ($engine:expr => $($group:ident :: $case:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() -> $crate::Outcome {
            $crate::conformance::run($engine, $crate::conformance::$group::$case).await
        })+
    };
}
