create table if not exists deductions (
    id bigserial primary key,
    -- Made with the row, before the first call: the same for every attempt.
    key text not null unique,
    card text not null,
    amount bigint not null check (amount > 0),
    -- waiting, taken, unknown (sent, and nobody knows whether it was done), done, failed
    state text not null default 'waiting',
    attempts integer not null default 0,
    taken_by text,
    -- Until when others leave it to whoever took it.
    taken_until timestamptz,
    not_before timestamptz not null default now(),
    ended timestamptz,
    remark text
);
create index if not exists deductions_open on deductions (id) where state in ('waiting', 'taken', 'unknown');
