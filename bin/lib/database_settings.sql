-- Prints the statements that give a database the privileges and settings of this one, its name left to the variable
-- `database`. They belong to the database itself, so a dump restored into another one loses them.
SELECT 'REVOKE ALL ON DATABASE :"database" FROM PUBLIC;';

SELECT format('GRANT %s ON DATABASE :"database" TO %s;', a.privilege_type,
              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
FROM pg_database d CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
WHERE d.datname = current_database() AND a.grantee <> d.datdba
ORDER BY 1;

-- The value of a list is a list already.
SELECT format(CASE WHEN s.name IN ('search_path', 'session_preload_libraries') THEN 'ALTER DATABASE :"database" SET %I = %s;'
                   ELSE 'ALTER DATABASE :"database" SET %I = %L;' END, s.name, s.value)
FROM (SELECT split_part(setting, '=', 1) AS name, substr(setting, strpos(setting, '=') + 1) AS value
      FROM pg_db_role_setting r JOIN pg_database d ON d.oid = r.setdatabase CROSS JOIN unnest(r.setconfig) AS setting
      WHERE d.datname = current_database() AND r.setrole = 0) s
ORDER BY 1;
