-- What is written down is what was in force; an older version reads it in the same way.
select;
