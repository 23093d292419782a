-- Run once, by the image of PostgreSQL, when it has made a new cluster: the database, and the role that Backstop uses, which
-- owns it and is no superuser. Needs the variable SPRING_DATASOURCE_PASSWORD.
\set ON_ERROR_STOP on
\getenv password SPRING_DATASOURCE_PASSWORD
create role backstop login password :'password';
create database backstop owner backstop encoding 'UTF8' template template0;
