-- Spreadsheet cells: a column's letters from its number, counted from 1 (a test holds it with the reader's).

create or replace function column_letters(place integer) returns text
language sql immutable parallel safe
return case
  when place <= 26 then chr(64 + place)
  else chr(64 + (place - 1) / 26) || chr(65 + (place - 1) % 26)
end;
