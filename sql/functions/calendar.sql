-- Fiscal calendars in the database: the same arithmetic as shared/domain/periods.py (a test holds the two together).
-- A fiscal quarter's index is 4 × year + calendar quarter − 1 of its nominal end.

create or replace function quarter_month(quarter_index integer, year_end_month integer) returns integer
language sql immutable parallel safe
return 3 * quarter_index + (year_end_month - 1) % 3;

create or replace function nominal_end(quarter_index integer, year_end_month integer, year_end_day integer) returns date
language sql immutable parallel safe
return (
  make_date(quarter_month(quarter_index, year_end_month) / 12, quarter_month(quarter_index, year_end_month) % 12 + 1, 1)
  + case
      when year_end_day >= extract(day from make_date(2001, year_end_month, 1) + interval '1 month' - interval '1 day')
        then interval '1 month' - interval '1 day'
      else least(
        make_interval(days => year_end_day - 1),
        make_date(quarter_month(quarter_index, year_end_month) / 12, quarter_month(quarter_index, year_end_month) % 12 + 1, 1)
        + interval '1 month' - interval '1 day'
        - make_date(quarter_month(quarter_index, year_end_month) / 12, quarter_month(quarter_index, year_end_month) % 12 + 1, 1)
      )
    end
)::date;

create or replace function fiscal_quarter(quarter_index integer, year_end_month integer) returns integer
language sql immutable parallel safe
return coalesce(nullif((quarter_month(quarter_index, year_end_month) - (year_end_month - 1)) % 12 / 3, 0), 4);

create or replace function fiscal_year(quarter_index integer, year_end_month integer) returns integer
language sql immutable parallel safe
return (quarter_month(quarter_index, year_end_month) + 3 * (4 - fiscal_quarter(quarter_index, year_end_month))) / 12;

-- date_part, not extract, which answers NUMERIC and takes several times as long.
create or replace function nearest_quarter(day date, year_end_month integer) returns integer
language sql immutable parallel safe
return (
  date_part('year', day)::integer * 12 + date_part('month', day)::integer - 1
  + ((year_end_month - 1) % 3 - (date_part('year', day)::integer * 12 + date_part('month', day)::integer - 1) + 1 + 300000) % 3
  - 1
) / 3;

-- Mondays to Fridays from the first day of the calendar, a Monday, to the day before; only differences mean something.
create or replace function weekdays_before(day date) returns integer
language sql immutable parallel safe
return (day - date '0001-01-01') / 7 * 5 + least((day - date '0001-01-01') % 7, 5);
