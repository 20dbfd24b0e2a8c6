"""The schema file's text: what a dump says, without what differs from run to run."""

from devstack.schema_dump import HEADER, normalise

DUMP = r"""--
-- PostgreSQL database dump
--

\restrict abc123

-- Dumped from database version 18.1
-- Dumped by pg_dump version 18.1

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: funds; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.funds (
    id uuid NOT NULL
);


--
-- PostgreSQL database dump complete
--

\unrestrict abc123

"""


def test_what_differs_between_servers_and_runs_is_gone_and_the_rest_stays():
    assert normalise(DUMP) == HEADER + "-- table: funds\n\nCREATE TABLE public.funds (\n    id uuid NOT NULL\n);\n"


def test_a_newer_server_and_another_token_make_no_difference():
    assert normalise(DUMP.replace("18.1", "17.9").replace("abc123", "xyz")) == normalise(DUMP)


def test_a_changed_column_makes_a_difference():
    assert normalise(DUMP.replace("uuid NOT NULL", "uuid")) != normalise(DUMP)


def test_a_body_that_speaks_of_set_is_kept():
    body = "CREATE FUNCTION public.f() RETURNS void\n    LANGUAGE sql\n    AS $$\n  update t SET a = 1\n$$;"
    assert "  update t SET a = 1" in normalise(body)
