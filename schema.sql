-- The newest schema of a ledgerline file.
--
-- Two column types (integer, text); ISO days; money in whole pence; yes and no as 1 and 0; an absent value is NULL.
-- Columns named …_key hold text folded by the program (case, accents), because engines fold differently.
-- What would cost money or an instrument is said twice: by a rule in the program and by a constraint here.
-- Nothing here needs a SQLite newer than 3.40, so that other tools can open the file.
-- Every command begins by reading all of this, so what goes without saying is left out: a reference is to the primary key.
-- In the tables that files fill by the hundred thousand, a list of words is written with OR: for an IN of three and more
-- SQLite builds a table of its own with every row it checks, which was half of an import.

-- Which schema this is: one row.
CREATE TABLE schema_version (
    version INTEGER NOT NULL PRIMARY KEY
) STRICT;

-- The hub's own settings, a word and its value; the defaults stand in the program.
CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The group of this machine's logins that may use the file beside its owner, where there is one.
CREATE TABLE sharing (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    "group" TEXT    NOT NULL
) STRICT;

-- The last number given out for each kind of reference and each type's tags: a number is never used twice, whatever is removed.
CREATE TABLE numbering (
    noun TEXT    NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last >= 0)
) STRICT;

-- What an instrument can be: 'VN' violin.
CREATE TABLE type (
    code        TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL UNIQUE,
    family      TEXT    NOT NULL CHECK (family IN ('strings', 'woodwind', 'brass', 'percussion', 'keyboard', 'guitar', 'technology', 'other')),
    life_months INTEGER NOT NULL CHECK (life_months > 0)
) STRICT;

-- The sizes a type comes in, in order; a type without any takes whatever is said.
CREATE TABLE type_size (
    type     TEXT    NOT NULL REFERENCES type,
    position INTEGER NOT NULL,
    size     TEXT    NOT NULL,
    PRIMARY KEY (type, position),
    UNIQUE (type, size)
) STRICT;

-- The needs of the National Plan that an instrument can serve. Codes are stable; names are the hub's.
CREATE TABLE category (
    code       TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    retired_on TEXT CHECK (retired_on LIKE '____-__-__')
) STRICT;

CREATE TABLE school (
    urn              INTEGER NOT NULL PRIMARY KEY CHECK (urn BETWEEN 1 AND 999999),
    name             TEXT    NOT NULL,
    name_key         TEXT    NOT NULL,
    laestab          TEXT,
    la               TEXT,
    type             TEXT,
    phase            TEXT,
    status           TEXT    NOT NULL CHECK (status IN ('open', 'closed')),
    postcode         TEXT,
    email            TEXT,
    trust            TEXT,
    roll             INTEGER CHECK (roll >= 0),
    -- Hundredths of one per cent: 51.8 % is 5180.
    fsm_hundredths   INTEGER CHECK (fsm_hundredths BETWEEN 0 AND 10000),
    predecessor_urn  INTEGER CHECK (predecessor_urn BETWEEN 1 AND 999999)
) STRICT;
CREATE INDEX school_name ON school (name_key);

-- Whoever is neither a school nor a person: nurseries without a URN, ensembles, partners, other hubs, repairers.
CREATE TABLE organisation (
    id       INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    name_key TEXT    NOT NULL UNIQUE,
    role     TEXT    NOT NULL CHECK (role IN ('setting', 'partner', 'hub', 'repairer')),
    email    TEXT,
    phone    TEXT,
    address  TEXT
) STRICT;

-- Only what lending needs: no date of birth, no sex, no ethnicity, no UPN.
CREATE TABLE person (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,
    role       TEXT    NOT NULL CHECK (role = 'pupil' OR role = 'teacher' OR role = 'adult'),
    school_urn INTEGER REFERENCES school,
    year_group TEXT,
    hirer_id   INTEGER REFERENCES person,
    email      TEXT,
    phone      TEXT,
    address    TEXT,
    -- The day on which name and contact were erased; what is left stands for somebody who can no longer be told.
    erased_on  TEXT CHECK (erased_on IS NULL OR (erased_on LIKE '____-__-__' AND email IS NULL AND phone IS NULL AND address IS NULL)),
    -- A pupil never signs and is never written to.
    CHECK (role = 'pupil' OR (year_group IS NULL AND hirer_id IS NULL)),
    CHECK (role <> 'pupil' OR (email IS NULL AND phone IS NULL AND address IS NULL)),
    CHECK (hirer_id <> id)
) STRICT;
CREATE INDEX person_name ON person (name_key);
-- Whoever was erased, of whom nothing more may be written.
CREATE INDEX person_erased ON person (erased_on) WHERE erased_on IS NOT NULL;
CREATE INDEX person_hirer ON person (hirer_id) WHERE hirer_id IS NOT NULL;

-- Somebody who was on record twice: the reference that is no longer used, and the person it leads to.
CREATE TABLE merged_person (
    id      INTEGER NOT NULL PRIMARY KEY,
    into_id INTEGER NOT NULL REFERENCES person,
    CHECK (id <> into_id)
) STRICT;
CREATE INDEX merged_person_into ON merged_person (into_id);

-- A term of the hub, of a local authority, or of one school.
CREATE TABLE term (
    id            INTEGER NOT NULL PRIMARY KEY,
    academic_year TEXT    NOT NULL CHECK (academic_year LIKE '____/__'),
    name          TEXT    NOT NULL,
    name_key      TEXT    NOT NULL,
    first_on      TEXT    NOT NULL CHECK (first_on LIKE '____-__-__'),
    last_on       TEXT    NOT NULL CHECK (last_on LIKE '____-__-__'),
    la            TEXT,
    school_urn    INTEGER REFERENCES school,
    CHECK (first_on <= last_on),
    CHECK (la IS NULL OR school_urn IS NULL)
) STRICT;
CREATE UNIQUE INDEX term_of_hub ON term (academic_year, name_key) WHERE la IS NULL AND school_urn IS NULL;
CREATE UNIQUE INDEX term_of_la ON term (la, academic_year, name_key) WHERE la IS NOT NULL;
CREATE UNIQUE INDEX term_of_school ON term (school_urn, academic_year, name_key) WHERE school_urn IS NOT NULL;

-- How long a loan of each scheme lasts, unless the hand-over says otherwise: the hub's own policy.
CREATE TABLE scheme (
    code      TEXT NOT NULL PRIMARY KEY CHECK (code IN ('hire', 'school', 'class-set', 'free', 'hub')),
    length    TEXT NOT NULL,
    -- The text of its agreement, a template; the program's own where the hub has none.
    agreement TEXT
) STRICT;

-- What a loan on a scheme costs, for one family of instruments or for all.
CREATE TABLE rate (
    id           INTEGER NOT NULL PRIMARY KEY,
    scheme       TEXT    NOT NULL REFERENCES scheme,
    family       TEXT    CHECK (family IN ('strings', 'woodwind', 'brass', 'percussion', 'keyboard', 'guitar', 'technology', 'other')),
    per          TEXT    NOT NULL CHECK (per IN ('term', 'month', 'year', 'project')),
    amount_pence INTEGER NOT NULL CHECK (amount_pence >= 0)
) STRICT;
CREATE UNIQUE INDEX rate_of_scheme ON rate (scheme) WHERE family IS NULL;
CREATE UNIQUE INDEX rate_of_family ON rate (scheme, family) WHERE family IS NOT NULL;

-- What a person is let off, for one academic year; never the evidence itself, only the day it was seen.
CREATE TABLE remission (
    id            INTEGER NOT NULL PRIMARY KEY,
    person_id     INTEGER NOT NULL REFERENCES person,
    academic_year TEXT    NOT NULL CHECK (academic_year LIKE '____/__'),
    percent       INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
    band          TEXT    NOT NULL,
    seen_on       TEXT    CHECK (seen_on LIKE '____-__-__'),
    UNIQUE (person_id, academic_year)
) STRICT;

CREATE TABLE supplier (
    id            INTEGER NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    name_key      TEXT    NOT NULL UNIQUE,
    framework_lot TEXT
) STRICT;

-- Other spellings of a supplier's name; each leads to one supplier.
CREATE TABLE supplier_alias (
    name_key    TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    supplier_id INTEGER NOT NULL REFERENCES supplier
) STRICT;

CREATE TABLE fund (
    code        TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    nature      TEXT    NOT NULL CHECK (nature IN ('capital', 'revenue')),
    award_pence INTEGER NOT NULL CHECK (award_pence >= 0),
    from_on     TEXT    CHECK (from_on LIKE '____-__-__'),
    -- The last day to spend, as it was at first; what moved it since stands in `extension`.
    spend_by    TEXT    CHECK (spend_by LIKE '____-__-__'),
    CHECK (from_on <= spend_by)
) STRICT;

-- A deadline that was moved, with the reason; the last one stands.
CREATE TABLE extension (
    id          INTEGER NOT NULL PRIMARY KEY,
    fund        TEXT    NOT NULL REFERENCES fund,
    extended_on TEXT    NOT NULL CHECK (extended_on LIKE '____-__-__'),
    spend_by    TEXT    NOT NULL CHECK (spend_by LIKE '____-__-__'),
    reason      TEXT    NOT NULL
) STRICT;
CREATE INDEX extension_fund ON extension (fund);

-- Money that the funder promised for a day, or that came.
CREATE TABLE fund_payment (
    id           INTEGER NOT NULL PRIMARY KEY,
    fund         TEXT    NOT NULL REFERENCES fund,
    amount_pence INTEGER NOT NULL CHECK (amount_pence > 0),
    promised_on  TEXT    CHECK (promised_on LIKE '____-__-__'),
    received_on  TEXT    CHECK (received_on LIKE '____-__-__'),
    CHECK (promised_on IS NOT NULL OR received_on IS NOT NULL)
) STRICT;
CREATE INDEX fund_payment_fund ON fund_payment (fund);

-- What of a fund is for a local area.
CREATE TABLE fund_share (
    id           INTEGER NOT NULL PRIMARY KEY,
    fund         TEXT    NOT NULL REFERENCES fund,
    area         TEXT    NOT NULL,
    area_key     TEXT    NOT NULL,
    amount_pence INTEGER NOT NULL CHECK (amount_pence >= 0),
    UNIQUE (fund, area_key)
) STRICT;

-- By what the hub capitalises: its own policy, from a day on. A policy is never changed; another follows it.
CREATE TABLE policy (
    id              INTEGER NOT NULL PRIMARY KEY,
    effective_on    TEXT    NOT NULL UNIQUE CHECK (effective_on LIKE '____-__-__'),
    threshold_pence INTEGER NOT NULL CHECK (threshold_pence >= 0),
    basis           TEXT    NOT NULL CHECK (basis IN ('item', 'line', 'order', 'pool')),
    min_life_months INTEGER NOT NULL CHECK (min_life_months >= 0)
) STRICT;

-- What the hub means to spend on a category; a line may name a type and how many of it: the shopping list. Of several
-- for the same, the one of the latest day stands.
CREATE TABLE plan (
    id            INTEGER NOT NULL PRIMARY KEY,
    fund          TEXT    NOT NULL REFERENCES fund,
    category      TEXT    NOT NULL REFERENCES category,
    type          TEXT    REFERENCES type,
    qty           INTEGER CHECK (qty > 0),
    planned_pence INTEGER NOT NULL CHECK (planned_pence >= 0),
    -- Absent where it stood from the beginning.
    planned_on    TEXT    CHECK (planned_on LIKE '____-__-__')
) STRICT;
CREATE UNIQUE INDEX plan_of_category_day ON plan (fund, category, planned_on) WHERE type IS NULL;
CREATE UNIQUE INDEX plan_of_type_day ON plan (fund, category, type, planned_on) WHERE type IS NOT NULL;

-- An order. Its day is unknown where the source told only of the payment.
CREATE TABLE purchase (
    id                   INTEGER NOT NULL PRIMARY KEY,
    supplier_id          INTEGER NOT NULL REFERENCES supplier,
    ordered_on           TEXT    CHECK (ordered_on LIKE '____-__-__'),
    reference            TEXT,
    off_framework_reason TEXT
) STRICT;
CREATE INDEX purchase_supplier ON purchase (supplier_id);

CREATE TABLE purchase_line (
    id              INTEGER NOT NULL PRIMARY KEY,
    purchase_id     INTEGER NOT NULL REFERENCES purchase,
    line            INTEGER NOT NULL CHECK (line > 0),
    -- The fund and the category as the line was first recorded; what moved it since, or splits it, stands in `coding`.
    fund            TEXT    NOT NULL REFERENCES fund,
    category        TEXT    REFERENCES category,
    description     TEXT    NOT NULL,
    nature          TEXT    NOT NULL CHECK (nature = 'instrument' OR nature = 'equipment' OR nature = 'software' OR nature = 'accessory' OR nature = 'delivery' OR nature = 'consumable' OR nature = 'repair' OR nature = 'service'),
    type            TEXT    REFERENCES type,
    size            TEXT,
    kind            TEXT    CHECK (kind = 'acoustic' OR kind = 'electric' OR kind = 'amplified' OR kind = 'digital' OR kind = 'equipment' OR kind = 'software'),
    "group"         TEXT    CHECK ("group" = 'early-years' OR "group" = 'primary' OR "group" = 'secondary' OR "group" = 'special' OR "group" = 'alternative-provision' OR "group" = 'out-of-school'),
    adapted         INTEGER NOT NULL CHECK (adapted IN (0, 1)),
    area            TEXT,
    -- Negative for a credit.
    qty             INTEGER NOT NULL CHECK (qty <> 0),
    -- For the whole line, not for one.
    net_pence       INTEGER NOT NULL,
    vat_pence       INTEGER NOT NULL,
    vat_rate        INTEGER CHECK (vat_rate BETWEEN 0 AND 100),
    vat_recoverable INTEGER NOT NULL CHECK (vat_recoverable IN (0, 1)),
    -- What the fund bears: net if the buyer recovers VAT, gross if not.
    grant_cost_pence INTEGER NOT NULL GENERATED ALWAYS AS (net_pence + CASE vat_recoverable WHEN 1 THEN 0 ELSE vat_pence END) STORED,
    -- Tells apart rows of a file that bears no references: their content, and their place among equals.
    import_key      TEXT    UNIQUE,
    -- The day of the invoice that added it; absent where it was ordered with the rest.
    added_on        TEXT    CHECK (added_on LIKE '____-__-__'),
    UNIQUE (purchase_id, line)
) STRICT;
-- The lines of a fund and of a category. A total reads its lines as they lie, beside their bills, and no longer from here.
CREATE INDEX purchase_line_fund ON purchase_line (fund, category, qty, net_pence, vat_pence, vat_recoverable);

-- What bears a line in place of what was first recorded: another fund or category, with the reason, or several funds.
-- Without a day it was so from the beginning; of several, the latest stands.
CREATE TABLE coding (
    id       INTEGER NOT NULL PRIMARY KEY,
    line_id  INTEGER NOT NULL REFERENCES purchase_line,
    coded_on TEXT    CHECK (coded_on LIKE '____-__-__'),
    category TEXT    REFERENCES category,
    reason   TEXT,
    CHECK ((coded_on IS NULL) = (reason IS NULL))
) STRICT;
CREATE INDEX coding_line ON coding (line_id);

-- The funds of a coding, each with its weight among them.
CREATE TABLE coding_fund (
    coding_id INTEGER NOT NULL REFERENCES coding,
    fund      TEXT    NOT NULL REFERENCES fund,
    weight    INTEGER NOT NULL CHECK (weight > 0),
    PRIMARY KEY (coding_id, fund)
) STRICT;
CREATE INDEX coding_fund_fund ON coding_fund (fund);

-- What of a line will not come.
CREATE TABLE cancellation (
    id           INTEGER NOT NULL PRIMARY KEY,
    line_id      INTEGER NOT NULL REFERENCES purchase_line,
    cancelled_on TEXT    NOT NULL CHECK (cancelled_on LIKE '____-__-__'),
    qty          INTEGER NOT NULL CHECK (qty > 0),
    reason       TEXT    NOT NULL
) STRICT;
CREATE INDEX cancellation_line ON cancellation (line_id);

-- What was recorded against a rule, and why: what an auditor asks about first. The rule is unknown in older files.
CREATE TABLE override (
    id            INTEGER NOT NULL PRIMARY KEY,
    -- As the journal names it: a line, a fund, a tag.
    subject       TEXT    NOT NULL,
    line_id       INTEGER REFERENCES purchase_line,
    overridden_on TEXT    NOT NULL CHECK (overridden_on LIKE '____-__-__'),
    rule          TEXT    CHECK (rule IN ('nature', 'window', 'award', 'billed-before', 'closed-period')),
    reason        TEXT    NOT NULL
) STRICT;
CREATE INDEX override_line ON override (line_id);

-- Lines that are capitalised as one.
CREATE TABLE pool (
    id       INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    name_key TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE pool_line (
    line_id   INTEGER NOT NULL PRIMARY KEY REFERENCES purchase_line,
    pool_id   INTEGER NOT NULL REFERENCES pool,
    pooled_on TEXT    NOT NULL CHECK (pooled_on LIKE '____-__-__')
) STRICT;
CREATE INDEX pool_line_pool ON pool_line (pool_id);

-- How a pool was judged by its total, each time that lines were added; the last one stands.
CREATE TABLE pooling (
    id         INTEGER NOT NULL PRIMARY KEY,
    pool_id    INTEGER NOT NULL REFERENCES pool,
    pooled_on  TEXT    NOT NULL CHECK (pooled_on LIKE '____-__-__'),
    policy_id  INTEGER NOT NULL REFERENCES policy,
    is_capital INTEGER NOT NULL CHECK (is_capital IN (0, 1))
) STRICT;
CREATE INDEX pooling_pool ON pooling (pool_id);

-- What has arrived of a line.
CREATE TABLE receipt (
    id          INTEGER NOT NULL PRIMARY KEY,
    line_id     INTEGER NOT NULL REFERENCES purchase_line,
    received_on TEXT    NOT NULL CHECK (received_on LIKE '____-__-__'),
    qty         INTEGER NOT NULL CHECK (qty <> 0)
) STRICT;
CREATE INDEX receipt_line ON receipt (line_id);

-- A supplier's invoice; paid when the day is known.
CREATE TABLE invoice (
    id          INTEGER NOT NULL PRIMARY KEY,
    supplier_id INTEGER NOT NULL REFERENCES supplier,
    number      TEXT    NOT NULL,
    number_key  TEXT    NOT NULL,
    invoiced_on TEXT    NOT NULL CHECK (invoiced_on LIKE '____-__-__'),
    paid_on     TEXT    CHECK (paid_on LIKE '____-__-__'),
    -- Why it gives credit, where it does and somebody said.
    reason      TEXT
) STRICT;
CREATE INDEX invoice_paid ON invoice (paid_on) WHERE paid_on IS NOT NULL;
-- The same invoice cannot be recorded twice. One without a number cannot be told from another; nor can a credit that bears
-- but the number of the invoice it is for: its key is empty too.
CREATE UNIQUE INDEX invoice_number ON invoice (supplier_id, number_key) WHERE number_key <> '';

-- What an invoice billed of a line: negative for a credit.
CREATE TABLE invoice_line (
    id         INTEGER NOT NULL PRIMARY KEY,
    invoice_id INTEGER NOT NULL REFERENCES invoice,
    line_id    INTEGER NOT NULL REFERENCES purchase_line,
    -- Nought where a credit is for the price alone.
    qty        INTEGER NOT NULL,
    net_pence  INTEGER NOT NULL,
    vat_pence  INTEGER NOT NULL,
    -- Whether it is capital, by which policy; absent while there is none. Later policies leave it as it is.
    policy_id  INTEGER REFERENCES policy,
    is_capital INTEGER CHECK (is_capital IN (0, 1)),
    -- The day it was judged, where that was not the invoice's.
    judged_on  TEXT    CHECK (judged_on LIKE '____-__-__'),
    UNIQUE (line_id, invoice_id),
    CHECK ((policy_id IS NULL) = (is_capital IS NULL))
) STRICT;
CREATE INDEX invoice_line_invoice ON invoice_line (invoice_id);

CREATE TABLE instrument (
    id                INTEGER NOT NULL PRIMARY KEY,
    tag               TEXT    NOT NULL,
    -- Unique for ever, without regard to case: a retired instrument keeps its tag.
    tag_key           TEXT    NOT NULL UNIQUE,
    type              TEXT    NOT NULL REFERENCES type,
    size              TEXT,
    kind              TEXT    CHECK (kind = 'acoustic' OR kind = 'electric' OR kind = 'amplified' OR kind = 'digital' OR kind = 'equipment' OR kind = 'software'),
    category          TEXT    REFERENCES category,
    "group"           TEXT    CHECK ("group" = 'early-years' OR "group" = 'primary' OR "group" = 'secondary' OR "group" = 'special' OR "group" = 'alternative-provision' OR "group" = 'out-of-school'),
    adapted           INTEGER NOT NULL CHECK (adapted IN (0, 1)),
    make              TEXT,
    model             TEXT,
    serial            TEXT,
    serial_key        TEXT,
    condition         TEXT    NOT NULL CHECK (condition = 'new' OR condition = 'good' OR condition = 'worn' OR condition = 'damaged' OR condition = 'unplayable'),
    location          TEXT,
    owner_id          INTEGER REFERENCES organisation,
    area              TEXT,
    source            TEXT    NOT NULL CHECK (source = 'purchase' OR source = 'donation' OR source = 'transfer' OR source = 'unknown'),
    acquired_on       TEXT    CHECK (acquired_on LIKE '____-__-__'),
    cost_pence        INTEGER CHECK (cost_pence >= 0),
    replacement_value_pence INTEGER CHECK (replacement_value_pence >= 0),
    life_months       INTEGER CHECK (life_months > 0),
    purchase_line_id  INTEGER REFERENCES purchase_line,
    note              TEXT,
    -- Tag, serial, make, model, type and note, folded: what `find` looks in.
    search_key        TEXT    NOT NULL,
    missing_on        TEXT    CHECK (missing_on LIKE '____-__-__'),
    retired_on        TEXT    CHECK (retired_on LIKE '____-__-__'),
    disposal          TEXT    CHECK (disposal = 'sold' OR disposal = 'scrapped' OR disposal = 'donated' OR disposal = 'stolen' OR disposal = 'transferred'),
    proceeds_pence    INTEGER CHECK (proceeds_pence >= 0),
    authorised_by     TEXT,
    crime_ref         TEXT,
    CHECK ((retired_on IS NULL) = (disposal IS NULL))
) STRICT;
CREATE INDEX instrument_serial ON instrument (serial_key) WHERE serial_key IS NOT NULL;
CREATE INDEX instrument_missing ON instrument (missing_on) WHERE missing_on IS NOT NULL;
CREATE INDEX instrument_retired ON instrument (retired_on) WHERE retired_on IS NOT NULL;
CREATE INDEX instrument_line ON instrument (purchase_line_id) WHERE purchase_line_id IS NOT NULL;

-- What belongs to an instrument and is expected back with it.
CREATE TABLE accessory (
    instrument_id INTEGER NOT NULL REFERENCES instrument,
    name          TEXT    NOT NULL,
    PRIMARY KEY (instrument_id, name)
) STRICT;

-- A named list of instruments that go out together: thirty trumpets.
CREATE TABLE instrument_set (
    id       INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    name_key TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE set_member (
    set_id        INTEGER NOT NULL REFERENCES instrument_set,
    instrument_id INTEGER NOT NULL REFERENCES instrument,
    PRIMARY KEY (set_id, instrument_id)
) STRICT;
CREATE INDEX set_member_instrument ON set_member (instrument_id);

-- One hand-over. A loan inside a school's loan names the outer one: the class set is at the school, the trumpet at a pupil's home.
CREATE TABLE loan (
    id              INTEGER NOT NULL PRIMARY KEY,
    instrument_id   INTEGER NOT NULL REFERENCES instrument,
    outer_id        INTEGER,
    scheme          TEXT    NOT NULL REFERENCES scheme,
    person_id       INTEGER REFERENCES person,
    organisation_id INTEGER REFERENCES organisation,
    -- The school that borrows or, for a pupil's loan, the pupil's school of that day.
    school_urn      INTEGER REFERENCES school,
    hirer_id        INTEGER REFERENCES person,
    pupils          INTEGER CHECK (pupils > 0),
    year_group      TEXT,
    out_on          TEXT    NOT NULL CHECK (out_on LIKE '____-__-__'),
    due_on          TEXT    NOT NULL CHECK (due_on LIKE '____-__-__'),
    returned_on     TEXT    CHECK (returned_on LIKE '____-__-__'),
    lost_on         TEXT    CHECK (lost_on LIKE '____-__-__'),
    voided_on       TEXT    CHECK (voided_on LIKE '____-__-__'),
    -- What came back: its state, where it was handed in, and which accessories did not come with it.
    returned_condition TEXT CHECK (returned_condition = 'new' OR returned_condition = 'good' OR returned_condition = 'worn' OR returned_condition = 'damaged' OR returned_condition = 'unplayable'),
    returned_at     TEXT,
    missing         TEXT,
    note            TEXT,
    -- The set it went out with.
    set_id          INTEGER REFERENCES instrument_set,
    -- The first loan of the same hand-over: a class's children are counted once for all of it.
    batch_id        INTEGER,
    -- An inner loan is of the same instrument as the loan it stands in.
    FOREIGN KEY (instrument_id, outer_id) REFERENCES loan (instrument_id, id),
    CHECK (outer_id <> id),
    -- A person, an organisation or a school borrows.
    CHECK (person_id IS NULL OR organisation_id IS NULL),
    CHECK (person_id IS NOT NULL OR organisation_id IS NOT NULL OR school_urn IS NOT NULL),
    CHECK (organisation_id IS NULL OR school_urn IS NULL),
    -- Only a pupil's loan stands inside a school's.
    CHECK (outer_id IS NULL OR person_id IS NOT NULL),
    CHECK (out_on <= due_on),
    CHECK (out_on <= returned_on),
    CHECK (out_on <= lost_on),
    CHECK (returned_on IS NOT NULL OR (returned_condition IS NULL AND returned_at IS NULL AND missing IS NULL)),
    -- A loan ends one way.
    CHECK ((returned_on IS NOT NULL) + (lost_on IS NOT NULL) + (voided_on IS NOT NULL) <= 1)
) STRICT;
-- The loans of an instrument, and what an inner loan refers to. By name, so that an import may build it afterwards.
CREATE UNIQUE INDEX loan_instrument ON loan (instrument_id, id);
-- One open loan per instrument, and inside it at most one.
CREATE UNIQUE INDEX loan_open ON loan (instrument_id)
    WHERE outer_id IS NULL AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL;
CREATE UNIQUE INDEX loan_open_inner ON loan (outer_id)
    WHERE outer_id IS NOT NULL AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL;
-- The late list, in its order.
CREATE INDEX loan_due ON loan (due_on, id) WHERE returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL;
CREATE INDEX loan_person ON loan (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX loan_school ON loan (school_urn) WHERE school_urn IS NOT NULL;
CREATE INDEX loan_organisation ON loan (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX loan_hirer ON loan (hirer_id) WHERE hirer_id IS NOT NULL;
CREATE INDEX loan_set ON loan (set_id) WHERE set_id IS NOT NULL;

-- An instrument away to be mended. Any loan of it goes on behind.
CREATE TABLE repair (
    id            INTEGER NOT NULL PRIMARY KEY,
    instrument_id INTEGER NOT NULL REFERENCES instrument,
    repairer_id   INTEGER NOT NULL REFERENCES organisation,
    sent_on       TEXT    NOT NULL CHECK (sent_on LIKE '____-__-__'),
    back_by       TEXT    CHECK (back_by LIKE '____-__-__'),
    fault         TEXT,
    back_on       TEXT    CHECK (back_on LIKE '____-__-__'),
    cost_pence    INTEGER CHECK (cost_pence >= 0),
    outcome       TEXT    CHECK (outcome IN ('repaired', 'beyond-repair')),
    -- Who pays: the hub, or whoever answers for the loan, by a charge.
    payer         TEXT    CHECK (payer IN ('hub', 'borrower')),
    CHECK (sent_on <= back_on),
    CHECK ((back_on IS NULL) = (outcome IS NULL))
) STRICT;
CREATE UNIQUE INDEX repair_open ON repair (instrument_id) WHERE back_on IS NULL;
CREATE INDEX repair_instrument ON repair (instrument_id);

-- A place in the queue for a type and size; an offer reserves one instrument until it lapses.
CREATE TABLE request (
    id              INTEGER NOT NULL PRIMARY KEY,
    type            TEXT    NOT NULL REFERENCES type,
    size            TEXT,
    person_id       INTEGER REFERENCES person,
    organisation_id INTEGER REFERENCES organisation,
    school_urn      INTEGER REFERENCES school,
    asked_on        TEXT    NOT NULL CHECK (asked_on LIKE '____-__-__'),
    note            TEXT,
    instrument_id   INTEGER REFERENCES instrument,
    offered_on      TEXT    CHECK (offered_on LIKE '____-__-__'),
    -- The last day of the offer.
    lapses_on       TEXT    CHECK (lapses_on LIKE '____-__-__'),
    -- How it ended: the loan that answered it, or the day it was cancelled.
    loan_id         INTEGER REFERENCES loan,
    cancelled_on    TEXT    CHECK (cancelled_on LIKE '____-__-__'),
    CHECK ((person_id IS NOT NULL) + (organisation_id IS NOT NULL) + (school_urn IS NOT NULL) = 1),
    CHECK ((offered_on IS NULL) = (lapses_on IS NULL)),
    CHECK (instrument_id IS NULL OR offered_on IS NOT NULL),
    CHECK (offered_on <= lapses_on),
    CHECK (loan_id IS NULL OR cancelled_on IS NULL)
) STRICT;
-- An instrument is offered to one at a time; a lapsed offer is taken off when the next is made.
CREATE UNIQUE INDEX request_offer ON request (instrument_id) WHERE instrument_id IS NOT NULL AND loan_id IS NULL AND cancelled_on IS NULL;
CREATE INDEX request_waiting ON request (type, id) WHERE loan_id IS NULL AND cancelled_on IS NULL;
CREATE INDEX request_loan ON request (loan_id) WHERE loan_id IS NOT NULL;
CREATE INDEX request_person ON request (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX request_school ON request (school_urn) WHERE school_urn IS NOT NULL;
CREATE INDEX request_organisation ON request (organisation_id) WHERE organisation_id IS NOT NULL;

-- What is to be paid for a loan: by the person, school or organisation that answers for it.
CREATE TABLE charge (
    id              INTEGER NOT NULL PRIMARY KEY,
    loan_id         INTEGER NOT NULL REFERENCES loan,
    person_id       INTEGER REFERENCES person,
    organisation_id INTEGER REFERENCES organisation,
    school_urn      INTEGER REFERENCES school,
    charge_type     TEXT    NOT NULL CHECK (charge_type = 'hire' OR charge_type = 'deposit' OR charge_type = 'damage' OR charge_type = 'loss' OR charge_type = 'accessory'),
    -- The hire a fee is for, so that it is raised once: a term '2026/27-autumn', a year '2026/27', or 'project'.
    period          TEXT,
    -- The term of the run that raised it.
    term            TEXT,
    -- The academic year by which it is remitted.
    academic_year   TEXT    NOT NULL CHECK (academic_year LIKE '____/__'),
    amount_pence    INTEGER NOT NULL CHECK (amount_pence > 0),
    remitted_pence  INTEGER NOT NULL CHECK (remitted_pence BETWEEN 0 AND amount_pence),
    raised_on       TEXT    NOT NULL CHECK (raised_on LIKE '____-__-__'),
    due_on          TEXT    NOT NULL CHECK (due_on LIKE '____-__-__'),
    paid_on         TEXT    CHECK (paid_on LIKE '____-__-__'),
    waived_on       TEXT    CHECK (waived_on LIKE '____-__-__'),
    note            TEXT,
    CHECK ((person_id IS NOT NULL) + (organisation_id IS NOT NULL) + (school_urn IS NOT NULL) = 1),
    CHECK (paid_on IS NULL OR waived_on IS NULL),
    CHECK ((charge_type = 'hire') = (period IS NOT NULL))
) STRICT;
-- A hire is charged once, however often charges are raised.
CREATE UNIQUE INDEX charge_once ON charge (loan_id, period) WHERE period IS NOT NULL;
CREATE INDEX charge_loan ON charge (loan_id);
CREATE INDEX charge_person ON charge (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX charge_owed ON charge (due_on, id) WHERE paid_on IS NULL AND waived_on IS NULL;

-- Counting what is at a place: what should be there is frozen when it starts.
CREATE TABLE stocktake (
    id           INTEGER NOT NULL PRIMARY KEY,
    location     TEXT    NOT NULL,
    location_key TEXT    NOT NULL,
    started_on   TEXT    NOT NULL CHECK (started_on LIKE '____-__-__'),
    closed_on    TEXT    CHECK (closed_on LIKE '____-__-__'),
    CHECK (started_on <= closed_on)
) STRICT;
CREATE UNIQUE INDEX stocktake_open ON stocktake (location_key) WHERE closed_on IS NULL;

CREATE TABLE stocktake_expected (
    stocktake_id  INTEGER NOT NULL REFERENCES stocktake,
    instrument_id INTEGER NOT NULL REFERENCES instrument,
    -- Whether it had left by the desk, on loan or to be mended, when the stocktake was closed.
    left_since    INTEGER NOT NULL CHECK (left_since IN (0, 1)),
    PRIMARY KEY (stocktake_id, instrument_id)
) STRICT;

-- Each tag once, also one that no instrument bears.
CREATE TABLE stocktake_scan (
    id            INTEGER NOT NULL PRIMARY KEY,
    stocktake_id  INTEGER NOT NULL REFERENCES stocktake,
    tag           TEXT    NOT NULL,
    tag_key       TEXT    NOT NULL,
    instrument_id INTEGER REFERENCES instrument,
    scanned_on    TEXT    NOT NULL CHECK (scanned_on LIKE '____-__-__'),
    UNIQUE (stocktake_id, tag_key)
) STRICT;

-- The journal: every change is one row, written in the change's own transaction. No names stand in it.
CREATE TABLE event (
    id      INTEGER NOT NULL PRIMARY KEY,
    -- When it was entered, with the offset from UTC; and the day it is about.
    at      TEXT    NOT NULL,
    "on"    TEXT    NOT NULL CHECK ("on" LIKE '____-__-__'),
    who     TEXT    NOT NULL,
    command TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    -- The event that this one takes back.
    undoes  INTEGER REFERENCES event
) STRICT;
CREATE INDEX event_undoes ON event (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX event_who ON event (who, id);

-- The event in a sentence, with names and free text: what erasing a person blanks.
CREATE TABLE event_text (
    event_id INTEGER NOT NULL PRIMARY KEY REFERENCES event,
    summary  TEXT    NOT NULL
) STRICT;

-- What an event concerns, as runs of numbers: an import of a million loans is one row here.
CREATE TABLE event_subject (
    event_id INTEGER NOT NULL REFERENCES event,
    noun     TEXT    NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL CHECK (first <= last),
    PRIMARY KEY (noun, first, last, event_id)
) STRICT;
CREATE INDEX event_subject_event ON event_subject (event_id);

-- What an event changed, so that it can be undone: a record's rows before and after, as JSON; of a record that was there
-- before and after, only the columns that differ. Erasing a person blanks these with the rest.
CREATE TABLE change (
    event_id INTEGER NOT NULL REFERENCES event,
    position INTEGER NOT NULL,
    record   TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    before   TEXT,
    after    TEXT,
    PRIMARY KEY (event_id, position)
) STRICT;
CREATE INDEX change_record ON change (record, key, event_id);

-- Backups that were made and verified.
CREATE TABLE backup (
    id   INTEGER NOT NULL PRIMARY KEY,
    at   TEXT    NOT NULL,
    "on" TEXT    NOT NULL CHECK ("on" LIKE '____-__-__'),
    name TEXT    NOT NULL,
    -- Its SHA-256: only a copy that is still what it was counts as one. Unknown of those that an older program made.
    sum  TEXT
) STRICT;

-- A stage of the reminder ladder that the hub has made its own; the program's own stands for the others.
CREATE TABLE ladder (
    stage    TEXT    NOT NULL PRIMARY KEY CHECK (stage IN ('due-soon', 'first', 'second', 'final')),
    -- Days from the due day: negative before it.
    days     INTEGER NOT NULL,
    -- What a message of this stage says, with named fields.
    template TEXT,
    -- Who gets a copy of each message of this stage.
    copy_to  TEXT
) STRICT;

-- A loan that nobody is reminded of, through a last day: an illness, a payment plan.
CREATE TABLE hold (
    loan_id INTEGER NOT NULL PRIMARY KEY REFERENCES loan,
    until   TEXT    NOT NULL CHECK (until LIKE '____-__-__'),
    reason  TEXT    NOT NULL,
    held_on TEXT    NOT NULL CHECK (held_on LIKE '____-__-__')
) STRICT;

-- A message to one contact, by mail or on paper. It is claimed before it is handed over and settled afterwards; a crash in
-- between leaves it claimed.
CREATE TABLE message (
    id              INTEGER NOT NULL PRIMARY KEY,
    person_id       INTEGER REFERENCES person,
    organisation_id INTEGER REFERENCES organisation,
    school_urn      INTEGER REFERENCES school,
    route           TEXT    NOT NULL CHECK (route IN ('email', 'letter')),
    -- Where it went; erasing a person blanks this and the answer.
    address         TEXT,
    claimed_at      TEXT    NOT NULL,
    claimed_on      TEXT    NOT NULL CHECK (claimed_on LIKE '____-__-__'),
    settled_at      TEXT,
    -- What the mail server said, or the letter's file.
    answer          TEXT,
    -- The server refused the address for good: nothing more is mailed to it until somebody says so.
    refused_on      TEXT    CHECK (refused_on LIKE '____-__-__'),
    -- A run found it begun and never finished, and said so.
    told_on         TEXT    CHECK (told_on LIKE '____-__-__'),
    CHECK ((person_id IS NOT NULL) + (organisation_id IS NOT NULL) + (school_urn IS NOT NULL) = 1)
) STRICT;
CREATE INDEX message_refused ON message (address) WHERE refused_on IS NOT NULL;

-- What a message says of a loan at a stage. Whoever could not be written to is told of once, and waits without a message.
CREATE TABLE reminder (
    id         INTEGER NOT NULL PRIMARY KEY,
    loan_id    INTEGER NOT NULL REFERENCES loan,
    due_on     TEXT    NOT NULL CHECK (due_on LIKE '____-__-__'),
    stage      TEXT    NOT NULL CHECK (stage IN ('due-soon', 'first', 'second', 'final')),
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'claimed', 'sent', 'refused', 'put-off', 'dropped')),
    message_id INTEGER REFERENCES message,
    CHECK ((state = 'waiting') = (message_id IS NULL))
) STRICT;
-- Nothing is said twice of a loan, its due day and a stage.
CREATE UNIQUE INDEX reminder_once ON reminder (loan_id, due_on, stage) WHERE state IN ('waiting', 'claimed', 'sent');
CREATE INDEX reminder_loan ON reminder (loan_id);
CREATE INDEX reminder_message ON reminder (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX reminder_claimed ON reminder (message_id) WHERE state = 'claimed';

-- Where reminders may be sent from: this file, at this place, on this machine. The stamp beside the file bears the same token.
CREATE TABLE arming (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    token       TEXT    NOT NULL,
    place       TEXT    NOT NULL,
    machine     TEXT    NOT NULL,
    -- The event of the arming: loans that were imported after it are quiet.
    event_id    INTEGER NOT NULL REFERENCES event,
    -- When a run last got through.
    last_run_at TEXT,
    last_run_on TEXT    CHECK (last_run_on LIKE '____-__-__')
) STRICT;
