-- Run once by PostgreSQL's image, as superuser, on an empty data folder: two databases, two users,
-- and neither user can open the other's database. Passwords come from the environment, so they are
-- in no command line; and a failing statement is not logged, because it would show them.
SET log_min_error_statement = panic;
\getenv mlflow_password MLFLOW_DB_PASSWORD
\getenv ledger_password LEDGER_DB_PASSWORD

CREATE ROLE mlflow LOGIN PASSWORD :'mlflow_password';
CREATE ROLE ledger LOGIN PASSWORD :'ledger_password';

CREATE DATABASE mlflow OWNER mlflow TEMPLATE template0 ENCODING 'UTF8';
CREATE DATABASE ledger OWNER ledger TEMPLATE template0 ENCODING 'UTF8';

REVOKE ALL ON DATABASE mlflow, ledger, postgres FROM PUBLIC;
