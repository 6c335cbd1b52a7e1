-- The first schema, as files in the field have it. Never changed.

CREATE TABLE schema_version (
    version INTEGER NOT NULL PRIMARY KEY
) STRICT;

CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE numbering (
    noun TEXT    NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last >= 0)
) STRICT;

CREATE TABLE type (
    code        TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    name_key    TEXT    NOT NULL UNIQUE,
    family      TEXT    NOT NULL CHECK (family IN ('strings', 'woodwind', 'brass', 'percussion', 'keyboard', 'guitar', 'technology', 'other')),
    life_months INTEGER NOT NULL CHECK (life_months > 0)
) STRICT;

CREATE TABLE type_size (
    type     TEXT    NOT NULL REFERENCES type (code),
    position INTEGER NOT NULL,
    size     TEXT    NOT NULL,
    PRIMARY KEY (type, position),
    UNIQUE (type, size)
) STRICT;

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
    fsm_hundredths   INTEGER CHECK (fsm_hundredths BETWEEN 0 AND 10000),
    predecessor_urn  INTEGER CHECK (predecessor_urn BETWEEN 1 AND 999999)
) STRICT;
CREATE INDEX school_name ON school (name_key);

CREATE TABLE organisation (
    id       INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    name_key TEXT    NOT NULL UNIQUE,
    role     TEXT    NOT NULL CHECK (role IN ('setting', 'partner', 'hub', 'repairer')),
    email    TEXT,
    phone    TEXT,
    address  TEXT
) STRICT;

CREATE TABLE person (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    name_key   TEXT    NOT NULL,
    role       TEXT    NOT NULL CHECK (role IN ('pupil', 'teacher', 'adult')),
    school_urn INTEGER REFERENCES school (urn),
    year_group TEXT,
    hirer_id   INTEGER REFERENCES person (id),
    email      TEXT,
    phone      TEXT,
    address    TEXT,
    CHECK (role = 'pupil' OR (year_group IS NULL AND hirer_id IS NULL)),
    CHECK (role <> 'pupil' OR (email IS NULL AND phone IS NULL AND address IS NULL)),
    CHECK (hirer_id <> id)
) STRICT;
CREATE INDEX person_name ON person (name_key);
CREATE INDEX person_hirer ON person (hirer_id) WHERE hirer_id IS NOT NULL;

CREATE TABLE term (
    id            INTEGER NOT NULL PRIMARY KEY,
    academic_year TEXT    NOT NULL CHECK (academic_year LIKE '____/__'),
    name          TEXT    NOT NULL,
    name_key      TEXT    NOT NULL,
    first_on      TEXT    NOT NULL CHECK (first_on LIKE '____-__-__'),
    last_on       TEXT    NOT NULL CHECK (last_on LIKE '____-__-__'),
    la            TEXT,
    school_urn    INTEGER REFERENCES school (urn),
    CHECK (first_on <= last_on),
    CHECK (la IS NULL OR school_urn IS NULL)
) STRICT;
CREATE UNIQUE INDEX term_of_hub ON term (academic_year, name_key) WHERE la IS NULL AND school_urn IS NULL;
CREATE UNIQUE INDEX term_of_la ON term (la, academic_year, name_key) WHERE la IS NOT NULL;
CREATE UNIQUE INDEX term_of_school ON term (school_urn, academic_year, name_key) WHERE school_urn IS NOT NULL;

CREATE TABLE scheme (
    code   TEXT NOT NULL PRIMARY KEY CHECK (code IN ('hire', 'school', 'class-set', 'free', 'hub')),
    length TEXT NOT NULL
) STRICT;

CREATE TABLE supplier (
    id            INTEGER NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    name_key      TEXT    NOT NULL UNIQUE,
    framework_lot TEXT
) STRICT;

CREATE TABLE supplier_alias (
    name_key    TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    supplier_id INTEGER NOT NULL REFERENCES supplier (id)
) STRICT;

CREATE TABLE fund (
    code        TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    nature      TEXT    NOT NULL CHECK (nature IN ('capital', 'revenue')),
    award_pence INTEGER NOT NULL CHECK (award_pence >= 0),
    from_on     TEXT    CHECK (from_on LIKE '____-__-__'),
    spend_by    TEXT    CHECK (spend_by LIKE '____-__-__'),
    CHECK (from_on <= spend_by)
) STRICT;

CREATE TABLE plan (
    id            INTEGER NOT NULL PRIMARY KEY,
    fund          TEXT    NOT NULL REFERENCES fund (code),
    category      TEXT    NOT NULL REFERENCES category (code),
    type          TEXT    REFERENCES type (code),
    qty           INTEGER CHECK (qty > 0),
    planned_pence INTEGER NOT NULL CHECK (planned_pence >= 0)
) STRICT;
CREATE UNIQUE INDEX plan_of_category ON plan (fund, category) WHERE type IS NULL;
CREATE UNIQUE INDEX plan_of_type ON plan (fund, category, type) WHERE type IS NOT NULL;

CREATE TABLE purchase (
    id                   INTEGER NOT NULL PRIMARY KEY,
    supplier_id          INTEGER NOT NULL REFERENCES supplier (id),
    ordered_on           TEXT    CHECK (ordered_on LIKE '____-__-__'),
    reference            TEXT,
    off_framework_reason TEXT
) STRICT;
CREATE INDEX purchase_supplier ON purchase (supplier_id);

CREATE TABLE purchase_line (
    id              INTEGER NOT NULL PRIMARY KEY,
    purchase_id     INTEGER NOT NULL REFERENCES purchase (id),
    line            INTEGER NOT NULL CHECK (line > 0),
    fund            TEXT    NOT NULL REFERENCES fund (code),
    category        TEXT    REFERENCES category (code),
    description     TEXT    NOT NULL,
    nature          TEXT    NOT NULL CHECK (nature IN ('instrument', 'equipment', 'software', 'accessory', 'delivery', 'consumable', 'repair', 'service')),
    type            TEXT    REFERENCES type (code),
    size            TEXT,
    kind            TEXT    CHECK (kind IN ('acoustic', 'electric', 'amplified', 'digital', 'equipment', 'software')),
    "group"         TEXT    CHECK ("group" IN ('early-years', 'primary', 'secondary', 'special', 'alternative-provision', 'out-of-school')),
    adapted         INTEGER NOT NULL CHECK (adapted IN (0, 1)),
    area            TEXT,
    qty             INTEGER NOT NULL CHECK (qty <> 0),
    net_pence       INTEGER NOT NULL,
    vat_pence       INTEGER NOT NULL,
    vat_rate        INTEGER CHECK (vat_rate BETWEEN 0 AND 100),
    vat_recoverable INTEGER NOT NULL CHECK (vat_recoverable IN (0, 1)),
    grant_cost_pence INTEGER NOT NULL GENERATED ALWAYS AS (net_pence + CASE vat_recoverable WHEN 1 THEN 0 ELSE vat_pence END) STORED,
    override_reason TEXT,
    import_key      TEXT    UNIQUE,
    UNIQUE (purchase_id, line)
) STRICT;
CREATE INDEX purchase_line_fund ON purchase_line (fund, category, qty, net_pence, vat_pence, vat_recoverable);

CREATE TABLE receipt (
    id          INTEGER NOT NULL PRIMARY KEY,
    line_id     INTEGER NOT NULL REFERENCES purchase_line (id),
    received_on TEXT    NOT NULL CHECK (received_on LIKE '____-__-__'),
    qty         INTEGER NOT NULL CHECK (qty <> 0)
) STRICT;
CREATE INDEX receipt_line ON receipt (line_id);

CREATE TABLE invoice (
    id          INTEGER NOT NULL PRIMARY KEY,
    supplier_id INTEGER NOT NULL REFERENCES supplier (id),
    number      TEXT    NOT NULL,
    number_key  TEXT    NOT NULL,
    invoiced_on TEXT    NOT NULL CHECK (invoiced_on LIKE '____-__-__'),
    paid_on     TEXT    CHECK (paid_on LIKE '____-__-__')
) STRICT;
CREATE INDEX invoice_paid ON invoice (paid_on) WHERE paid_on IS NOT NULL;
CREATE UNIQUE INDEX invoice_number ON invoice (supplier_id, number_key) WHERE number_key <> '';

CREATE TABLE invoice_line (
    id         INTEGER NOT NULL PRIMARY KEY,
    invoice_id INTEGER NOT NULL REFERENCES invoice (id),
    line_id    INTEGER NOT NULL REFERENCES purchase_line (id),
    qty        INTEGER NOT NULL CHECK (qty <> 0),
    net_pence  INTEGER NOT NULL,
    vat_pence  INTEGER NOT NULL,
    UNIQUE (line_id, invoice_id)
) STRICT;
CREATE INDEX invoice_line_invoice ON invoice_line (invoice_id);

CREATE TABLE instrument (
    id                INTEGER NOT NULL PRIMARY KEY,
    tag               TEXT    NOT NULL,
    tag_key           TEXT    NOT NULL UNIQUE,
    type              TEXT    NOT NULL REFERENCES type (code),
    size              TEXT,
    kind              TEXT    CHECK (kind IN ('acoustic', 'electric', 'amplified', 'digital', 'equipment', 'software')),
    category          TEXT    REFERENCES category (code),
    "group"           TEXT    CHECK ("group" IN ('early-years', 'primary', 'secondary', 'special', 'alternative-provision', 'out-of-school')),
    adapted           INTEGER NOT NULL CHECK (adapted IN (0, 1)),
    make              TEXT,
    model             TEXT,
    serial            TEXT,
    serial_key        TEXT,
    condition         TEXT    NOT NULL CHECK (condition IN ('new', 'good', 'worn', 'damaged', 'unplayable')),
    location          TEXT,
    owner_id          INTEGER REFERENCES organisation (id),
    area              TEXT,
    source            TEXT    NOT NULL CHECK (source IN ('purchase', 'donation', 'transfer', 'unknown')),
    acquired_on       TEXT    CHECK (acquired_on LIKE '____-__-__'),
    cost_pence        INTEGER CHECK (cost_pence >= 0),
    replacement_value_pence INTEGER CHECK (replacement_value_pence >= 0),
    life_months       INTEGER CHECK (life_months > 0),
    purchase_line_id  INTEGER REFERENCES purchase_line (id),
    note              TEXT,
    search_key        TEXT    NOT NULL,
    missing_on        TEXT    CHECK (missing_on LIKE '____-__-__'),
    retired_on        TEXT    CHECK (retired_on LIKE '____-__-__'),
    disposal          TEXT    CHECK (disposal IN ('sold', 'scrapped', 'donated', 'stolen', 'transferred')),
    proceeds_pence    INTEGER CHECK (proceeds_pence >= 0),
    authorised_by     TEXT,
    crime_ref         TEXT,
    CHECK ((retired_on IS NULL) = (disposal IS NULL))
) STRICT;
CREATE INDEX instrument_serial ON instrument (serial_key) WHERE serial_key IS NOT NULL;
CREATE INDEX instrument_line ON instrument (purchase_line_id) WHERE purchase_line_id IS NOT NULL;

CREATE TABLE accessory (
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    name          TEXT    NOT NULL,
    PRIMARY KEY (instrument_id, name)
) STRICT;

CREATE TABLE loan (
    id              INTEGER NOT NULL PRIMARY KEY,
    instrument_id   INTEGER NOT NULL REFERENCES instrument (id),
    outer_id        INTEGER,
    scheme          TEXT    NOT NULL REFERENCES scheme (code),
    person_id       INTEGER REFERENCES person (id),
    organisation_id INTEGER REFERENCES organisation (id),
    school_urn      INTEGER REFERENCES school (urn),
    hirer_id        INTEGER REFERENCES person (id),
    pupils          INTEGER CHECK (pupils > 0),
    year_group      TEXT,
    out_on          TEXT    NOT NULL CHECK (out_on LIKE '____-__-__'),
    due_on          TEXT    NOT NULL CHECK (due_on LIKE '____-__-__'),
    returned_on     TEXT    CHECK (returned_on LIKE '____-__-__'),
    lost_on         TEXT    CHECK (lost_on LIKE '____-__-__'),
    voided_on       TEXT    CHECK (voided_on LIKE '____-__-__'),
    returned_condition TEXT CHECK (returned_condition IN ('new', 'good', 'worn', 'damaged', 'unplayable')),
    returned_at     TEXT,
    missing         TEXT,
    note            TEXT,
    UNIQUE (instrument_id, id),
    FOREIGN KEY (instrument_id, outer_id) REFERENCES loan (instrument_id, id),
    CHECK (outer_id <> id),
    CHECK (person_id IS NULL OR organisation_id IS NULL),
    CHECK (person_id IS NOT NULL OR organisation_id IS NOT NULL OR school_urn IS NOT NULL),
    CHECK (organisation_id IS NULL OR school_urn IS NULL),
    CHECK (outer_id IS NULL OR person_id IS NOT NULL),
    CHECK (out_on <= due_on),
    CHECK (out_on <= returned_on),
    CHECK (out_on <= lost_on),
    CHECK (returned_on IS NOT NULL OR (returned_condition IS NULL AND returned_at IS NULL AND missing IS NULL)),
    CHECK ((returned_on IS NOT NULL) + (lost_on IS NOT NULL) + (voided_on IS NOT NULL) <= 1)
) STRICT;
CREATE UNIQUE INDEX loan_open ON loan (instrument_id)
    WHERE outer_id IS NULL AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL;
CREATE UNIQUE INDEX loan_open_inner ON loan (outer_id)
    WHERE outer_id IS NOT NULL AND returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL;
CREATE INDEX loan_due ON loan (due_on, id) WHERE returned_on IS NULL AND lost_on IS NULL AND voided_on IS NULL;
CREATE INDEX loan_person ON loan (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX loan_school ON loan (school_urn) WHERE school_urn IS NOT NULL;
CREATE INDEX loan_organisation ON loan (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX loan_hirer ON loan (hirer_id) WHERE hirer_id IS NOT NULL;

CREATE TABLE event (
    id      INTEGER NOT NULL PRIMARY KEY,
    at      TEXT    NOT NULL,
    "on"    TEXT    NOT NULL CHECK ("on" LIKE '____-__-__'),
    who     TEXT    NOT NULL,
    command TEXT    NOT NULL,
    subject TEXT    NOT NULL
) STRICT;

CREATE TABLE event_text (
    event_id INTEGER NOT NULL PRIMARY KEY REFERENCES event (id),
    summary  TEXT    NOT NULL
) STRICT;

CREATE TABLE event_subject (
    event_id INTEGER NOT NULL REFERENCES event (id),
    noun     TEXT    NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL CHECK (first <= last),
    PRIMARY KEY (noun, first, last, event_id)
) STRICT;
CREATE INDEX event_subject_event ON event_subject (event_id);

CREATE TABLE backup (
    id   INTEGER NOT NULL PRIMARY KEY,
    at   TEXT    NOT NULL,
    "on" TEXT    NOT NULL CHECK ("on" LIKE '____-__-__'),
    name TEXT    NOT NULL
) STRICT;
