"""
One row for a customer and a day instead of one for each step: customers with equal answers share them as a pattern.

A plan of twenty steps wrote twenty rows where a handful of patterns say the same. The table is parted by month, so that
old months are dropped whole.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

_TABLES = """
alter table plans_decision rename to plans_decision_by_step;
create table plans_decisionpattern (
    id bigint primary key,
    step_numbers smallint[] not null,
    outcomes text[] not null,
    reasons text[] not null,
    next_dates date[] not null,
    constraint plans_pattern_whole check (
        cardinality(step_numbers) > 0
        and cardinality(outcomes) = cardinality(step_numbers)
        and cardinality(reasons) = cardinality(step_numbers)
        and cardinality(next_dates) = cardinality(step_numbers)
    ),
    constraint plans_pattern_outcomes check (
        outcomes <@ array['ACT', 'WAIT', 'HOLD', 'BLOCKED', 'SKIPPED', 'MISSED', 'DONE']
    )
);
create table plans_decision (
    as_of date not null,
    customer_id bigint not null,
    run_id bigint not null,
    pattern_id bigint not null,
    primary key (as_of, customer_id)
) partition by range (as_of);
create view plans_decided as
    select d.as_of, d.run_id, d.customer_id, u.step_number, u.outcome, string_to_array(u.reasons, ',') as reasons,
        u.next_date
    from plans_decision d
    join plans_decisionpattern p on p.id = d.pattern_id
    cross join lateral unnest(p.step_numbers, p.outcomes, p.reasons, p.next_dates)
        as u (step_number, outcome, reasons, next_date);
"""

# Months that have decisions, then the decisions themselves.
_MOVE = """
do $$
declare first_day date;
begin
    for first_day in
        select distinct date_trunc('month', r.as_of)::date from plans_run r
        where exists (select from plans_decision_by_step d where d.run_id = r.id)
    loop
        execute format(
            'create table %I partition of plans_decision for values from (%L) to (%L)',
            'plans_decision_' || to_char(first_day, 'YYYYMM'), first_day, (first_day + interval '1 month')::date
        );
    end loop;
end
$$;
with moved as materialized (
    select r.as_of, d.run_id, d.customer_id,
        array_agg(d.step_number order by d.step_number) as step_numbers,
        array_agg(d.outcome::text order by d.step_number) as outcomes,
        array_agg(array_to_string(d.reasons, ',') order by d.step_number) as reasons,
        array_agg(d.next_date order by d.step_number) as next_dates
    from plans_decision_by_step d join plans_run r on r.id = d.run_id
    group by r.as_of, d.run_id, d.customer_id
),
patterns as (
    insert into plans_decisionpattern (id, step_numbers, outcomes, reasons, next_dates)
    select distinct on (1)
        hashtextextended(concat_ws('|', step_numbers, outcomes, reasons, next_dates), 0),
        step_numbers, outcomes, reasons, next_dates
    from moved
)
insert into plans_decision (as_of, customer_id, run_id, pattern_id)
    select as_of, customer_id, run_id,
        hashtextextended(concat_ws('|', step_numbers, outcomes, reasons, next_dates), 0)
    from moved;
drop table plans_decision_by_step;
"""


class Migration(migrations.Migration):
    """The tables, what they hold, and the models that describe them."""

    dependencies = [("plans", "0004_governed_versions")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(_TABLES, migrations.RunSQL.noop),
                migrations.RunSQL(_MOVE, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.DeleteModel(name="Decision"),
                migrations.CreateModel(
                    name="DecisionPattern",
                    fields=[
                        ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                        (
                            "step_numbers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SmallIntegerField(), size=None
                            ),
                        ),
                        (
                            "outcomes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None
                            ),
                        ),
                        (
                            "reasons",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None
                            ),
                        ),
                        (
                            "next_dates",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DateField(null=True), size=None
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "as_of",
                                "customer_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("as_of", models.DateField()),
                        ("customer_id", models.BigIntegerField()),
                        ("run_id", models.BigIntegerField()),
                        ("pattern_id", models.BigIntegerField()),
                    ],
                ),
            ],
        ),
    ]
