-- file_hash --
-- The hash of a kept file; none when its bytes were erased.
select case when octet_length(i.content) > 0 then i.file_hash else '' end
from intake_import i where i.id = %(import_id)s::bigint;

-- piece --
-- Some bytes of a kept file.
select substring(i.content from %(start)s::integer for %(length)s::integer)
from intake_import i where i.id = %(import_id)s::bigint;

-- keep_row_pages --
-- Keep what became of every row, a thousand rows in one row of arrays.
insert into intake_rowpage (source_id, number, row_numbers, outcomes, receivable_ids, payment_ids)
select %(import_id)s::bigint, f.row_number / %(rows_per_page)s::integer,
       array_agg(f.row_number order by f.row_number), string_agg(f.letter, '' order by f.row_number),
       array_agg(f.receivable_id order by f.row_number), array_agg(f.payment_id order by f.row_number)
from (
    select s.row_number, left(coalesce(w.outcome, j.outcome, s.outcome), 1) as letter,
           coalesce(j.receivable_id, r.id) as receivable_id, p.id as payment_id
    from intake_staged_row s
    left join intake_judged_row j on j.row_number = s.row_number
    left join portfolio_receivable r on r.key = j.receivable_key and j.receivable_id is null
    left join payments_payment p on p.key = j.payment_key
    left join (
        -- Rows of several debts: what became of all of them, kept beside the first.
        select o.file_row, min(b.outcome) as outcome
        from intake_staged_row o
        join intake_judged_row b on b.row_number = o.row_number
        where o.file_row is not null
        group by o.file_row
    ) w on w.file_row = s.row_number
    where s.file_row is null or s.file_row = s.row_number
) f
group by 2;

-- row_outcomes --
-- What became of the rows of a file from a number on.
select f.row_number, f.letter, coalesce(f.receivable_id, m.receivable_id), coalesce(f.payment_id, m.payment_id),
       coalesce(o.reason, ''), coalesce(o.detail, '')
from (
    select unnest(p.row_numbers) as row_number, unnest(string_to_array(p.outcomes, null)) as letter,
           unnest(p.receivable_ids) as receivable_id, unnest(p.payment_ids) as payment_id
    from intake_rowpage p
    where p.source_id = %(import_id)s::bigint
      and p.number >= %(first)s::integer / %(rows_per_page)s::integer
      -- Rows of one outcome may stand anywhere below.
      and (
          %(letter)s::text <> ''
          or p.number <= (%(first)s::integer + %(limit)s::integer) / %(rows_per_page)s::integer + 1
      )
) f
left join intake_importrow o on o.source_id = %(import_id)s::bigint and o.row_number = f.row_number
left join lateral (
    -- A movement that waited knows by now what it became.
    select w.receivable_id, w.payment_id
    from intake_movement w
    where w.source_id = %(import_id)s::bigint and w.row_number = f.row_number and w.parent_id is null
    order by w.id limit 1
) m on true
where f.row_number >= %(first)s::integer and (%(letter)s::text = '' or f.letter = %(letter)s::text)
order by f.row_number
limit %(limit)s::integer;
