//! The rules of the queue: each state, each refusal, each boundary day.

use super::*;
use crate::domain::instrument::{Details, Reservation, Standing};
use crate::domain::loan::OpenLoan;
use crate::domain::reference::{PersonRef, RepairRef, Urn};
use crate::domain::words::{Disposal, Role};

const TODAY: Date = Date::constant(2026, 11, 22);
const ANA: BorrowerRef = BorrowerRef::Person(PersonRef::new(2));
const BEN: BorrowerRef = BorrowerRef::Person(PersonRef::new(3));

fn wanted(code: &str, size: Option<&str>) -> Wanted {
    let type_name = if code == "VN" { "violin" } else { "oboe" }.to_string();
    Wanted { type_code: TypeCode::from_record(code), type_name, size: size.map(str::to_string) }
}

fn request(id: i64, borrower: BorrowerRef, size: Option<&str>, day: i8) -> Request {
    Request {
        id: RequestRef::new(id),
        wanted: wanted("VN", size),
        borrower,
        borrower_name: "Somebody".into(),
        asked_on: Date::constant(2026, 11, day),
        note: None,
        offer: None,
        loan: None,
        cancelled_on: None,
    }
}

fn offered(request: Request, tag: &str, lapses_on: Date) -> Request {
    Request { offer: Some(Offer { tag: Tag::from_record(tag), lapses_on }), ..request }
}

fn instrument(code: &str, size: Option<&str>) -> Instrument {
    let mut details = Details::of_type(TypeCode::from_record(code));
    details.size = size.map(str::to_string);
    Instrument { id: 1, tag: Tag::from_record("VN-0001"), details, standing: Standing::default() }
}

fn ana() -> Party {
    Party::Person { reference: PersonRef::new(2), name: "Ana".into(), role: Role::Pupil, school: None, hirer: None }
}

fn numbers(found: &[&Request]) -> Vec<i64> {
    found.iter().map(|request| request.id.number()).collect()
}

#[test]
fn an_offer_holds_through_its_last_day_and_then_leaves_the_request_waiting() {
    let day_after = TODAY.tomorrow().expect("a day");
    let loan = Some(LoanRef::new(1));
    for (loan, cancelled, until, expected) in [
        (None, None, None, RequestState::Waiting),
        (None, None, Some(TODAY), RequestState::Offered),
        (None, None, Some(day_after), RequestState::Offered),
        (None, None, TODAY.yesterday().ok(), RequestState::Waiting),
        (loan, None, Some(day_after), RequestState::Lent),
        (None, Some(TODAY), Some(day_after), RequestState::Cancelled),
    ] {
        assert_eq!(state(loan, cancelled, until, TODAY), expected);
    }
}

#[test]
fn a_size_compares_without_regard_to_case_and_none_takes_any() {
    let fits = |asked, has| wanted("VN", asked).fits(&instrument("VN", has));
    assert!(fits(None, None) && fits(None, Some("1/2")) && fits(Some("Tenor"), Some("tenor")));
    assert!(!fits(Some("1/2"), Some("3/4")) && !fits(Some("1/2"), None));
    assert!(!wanted("OB", None).fits(&instrument("VN", None)));
}

#[test]
fn the_queue_goes_by_the_day_of_asking_and_then_by_reference() {
    let lapsed = Date::constant(2026, 11, 20);
    let queue = [
        request(1, ANA, Some("1/2"), 10),
        request(2, BEN, Some("3/4"), 2),
        request(3, BEN, None, 9),
        offered(request(4, ANA, Some("1/2"), 1), "VN-0009", TODAY),
        offered(request(5, ANA, Some("1/2"), 3), "VN-0008", lapsed),
        Request { cancelled_on: Some(TODAY), ..request(6, ANA, Some("1/2"), 1) },
        request(7, BEN, Some("1/2"), 10),
    ];
    assert_eq!(numbers(&ahead(&queue, &queue[6], TODAY)), [5, 3, 1]);
    assert_eq!(numbers(&ahead(&queue, &queue[4], TODAY)), [0; 0]);
    let half = instrument("VN", Some("1/2"));
    let mut named = Vec::new();
    while let Some(next) = next_for(&queue, &half, &named, TODAY) {
        named.push(next.id);
    }
    assert_eq!(named.iter().map(|id| id.number()).collect::<Vec<_>>(), [5, 3, 1, 7]);
}

#[test]
fn what_is_free_goes_to_whoever_is_ahead_if_it_will_do() {
    let (half, any) = (request(1, BEN, Some("1/2"), 1), request(2, ANA, None, 2));
    let violin = |tag: &str, size: &str| (Tag::from_record(tag), Some(size.to_string()));
    let left = |free| left_for(&any, &[&half], free).map(|tag| tag.to_string());
    assert_eq!(left(vec![violin("A", "3/4")]), Some("A".into()), "a 3/4 is no use to whoever is ahead");
    assert_eq!(left(vec![violin("A", "1/2")]), None);
    assert_eq!(left(vec![violin("A", "1/2"), violin("B", "1/2")]), Some("B".into()));
}

#[test]
fn a_loan_answers_the_request_it_was_offered_to_before_any_other() {
    let queue = [
        request(1, ANA, None, 1),
        request(2, ANA, Some("1/2"), 5),
        request(3, BEN, Some("1/2"), 1),
        offered(request(4, ANA, Some("1/2"), 9), "VN-0001", Date::constant(2026, 11, 1)),
    ];
    let half = instrument("VN", Some("1/2"));
    let mut done = Vec::new();
    while let Some(next) = answered(&queue, ANA, &half, &done) {
        done.push(next.id);
    }
    // The lapsed offer of this very instrument, the size asked for, any size.
    assert_eq!(done.iter().map(|id| id.number()).collect::<Vec<_>>(), [4, 2, 1]);
    let oboe = Instrument { tag: Tag::from_record("OB-0001"), ..instrument("OB", None) };
    assert_eq!(answered(&queue, ANA, &oboe, &[]), None);
}

#[test]
fn a_place_is_refused_to_whoever_has_it_and_to_a_closed_school() {
    let queue = [request(1, ANA, Some("1/2"), 1)];
    let ask_for = |party: &Party, size, on| ask(&queue, party, &wanted("VN", size), on, TODAY);
    assert!(matches!(ask_for(&ana(), Some("1/2"), TODAY), Err(RequestRefusal::Twice { .. })));
    assert_eq!(ask_for(&ana(), Some("3/4"), TODAY), Ok(()));
    assert_eq!(ask_for(&ana(), None, TODAY), Ok(()), "no pupil needs a hirer to wait");
    let tomorrow = TODAY.tomorrow().expect("a day");
    assert_eq!(ask_for(&ana(), None, tomorrow), Err(RequestRefusal::AskedInFuture(tomorrow)));
    let closed = Party::School { urn: Urn::new(100_001), name: "Old".into(), status: SchoolStatus::Closed };
    assert_eq!(ask_for(&closed, None, TODAY), Err(LoanRefusal::SchoolClosed("Old".into()).into()));
    let ended = [Request { loan: Some(LoanRef::new(1)), ..queue[0].clone() }];
    assert_eq!(ask(&ended, &ana(), &wanted("VN", Some("1/2")), TODAY, TODAY), Ok(()));
}

#[test]
fn only_what_fits_and_is_free_can_be_offered() {
    let wants = request(5, ANA, Some("1/2"), 1);
    let offer_of = |request: &Request, instrument: &Instrument, open: &OpenLoans| {
        offer(request, &ana(), instrument, "violin", open, TODAY).map_err(|refusal| refusal.to_string())
    };
    let said = |instrument: &Instrument| offer_of(&wants, instrument, &OpenLoans::default());
    let standing = |standing: Standing| Instrument { standing, ..instrument("VN", Some("1/2")) };
    let refused = |text: &str| Err(text.to_string());
    assert_eq!(said(&instrument("VN", Some("1/2"))), Ok(()));
    assert_eq!(said(&instrument("VN", Some("3/4"))), refused("R5 asks for a violin 1/2, and VN-0001 is a violin 3/4"));
    assert_eq!(
        said(&instrument("VN", None)),
        refused("R5 asks for a violin 1/2, and VN-0001 is a violin with no size on record")
    );
    let retired = Standing { retired: Some((TODAY, Disposal::Sold)), ..Standing::default() };
    assert_eq!(said(&standing(retired)), refused("VN-0001 was retired on 22 Nov 2026"));
    let missing = Standing { missing_on: Some(TODAY), ..Standing::default() };
    assert_eq!(said(&standing(missing)), refused("VN-0001 is missing since 22 Nov 2026"));
    let away = Standing { in_repair: Some((RepairRef::new(4), TODAY)), ..Standing::default() };
    assert_eq!(said(&standing(away)), refused("VN-0001 is away to be mended since 22 Nov 2026 (J4)"));
    let reserved = |borrower, lapses_on| {
        let reserved = Reservation { request: RequestRef::new(7), borrower, borrower_name: "Ben".into(), lapses_on };
        standing(Standing { reserved: Some(Box::new(reserved)), ..Standing::default() })
    };
    assert_eq!(said(&reserved(BEN, TODAY)), refused("VN-0001 is reserved for Ben until 22 Nov 2026 (R7)"));
    assert_eq!(said(&reserved(ANA, TODAY)), Ok(()));
    assert_eq!(said(&reserved(BEN, Date::constant(2026, 11, 21))), Ok(()), "a lapsed offer is no bar");
    let mut broken = instrument("VN", Some("1/2"));
    broken.details.condition = Condition::Unplayable;
    assert_eq!(said(&broken), refused("VN-0001 is unplayable"));
    let loan = LoanRef::new(1);
    let outer = OpenLoan { loan, borrower: BEN, borrower_name: "Ben".into(), out_on: TODAY, due_on: TODAY };
    let open = OpenLoans { outer: Some(outer), inner: None };
    let out = offer_of(&wants, &instrument("VN", Some("1/2")), &open);
    assert_eq!(out, refused("VN-0001 is on loan to Ben until 22 Nov 2026 (L1)"));
    let lent = Request { loan: Some(loan), ..wants.clone() };
    assert_eq!(offer_of(&lent, &broken, &open), refused("R5 was answered by L1"));
    let cancelled = Request { cancelled_on: Some(TODAY), ..wants };
    assert_eq!(offer_of(&cancelled, &broken, &open), refused("R5 was cancelled on 22 Nov 2026"));
}

#[test]
fn what_is_damaged_or_away_is_named_to_nobody() {
    for (condition, ready) in
        [(Condition::Good, true), (Condition::Worn, true), (Condition::Damaged, false), (Condition::Unplayable, false)]
    {
        assert_eq!(is_ready(condition, Availability::Available), ready, "{condition}");
        assert!(!is_ready(condition, Availability::Reserved) && !is_ready(condition, Availability::OnLoan));
    }
}

#[test]
fn a_place_and_an_article_read_as_they_are_spoken() {
    let spoken = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal).join(" ");
    assert_eq!(spoken, "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th");
    for (name, expected) in [("oboe", "an oboe"), ("euphonium", "a euphonium"), ("ukulele", "a ukulele")] {
        assert_eq!(in_words(name, None), expected);
    }
    assert_eq!(in_words("violin", Some("1/2")), "a violin 1/2");
}
