"""The functions by which an approver changes which plan is in force: the only way to it from a screen.

A planner writes what stands in a draft, an approver when it holds, and neither can do the other's part: an
approver has no grant on assignments or on the days of plans. Each function takes the one lock of the plans'
days, so that two that publish at once come one after the other.
"""

from __future__ import annotations

from data.access.function import Function
from data.access.roles import GROUPS, IMPORTER
from grid.principals import Role

PLANS_LOCK = 7_161_026
"""Key of the advisory lock under which the days of plans are changed."""
_TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"
_MAY = f"""
    -- The importer is this program itself; a browser's transaction has an approver's token.
    IF access.my_role() IS DISTINCT FROM '{Role.APPROVER.value}' AND session_user <> '{IMPORTER}' THEN
        RAISE insufficient_privilege USING MESSAGE = 'only an approver changes which plan is in force';
    END IF;
    PERFORM pg_advisory_xact_lock({PLANS_LOCK});
"""
_PLACE = """
    UPDATE public.coverage_plan p SET valid_to = since WHERE p.state = 'published'
        AND p.valid_from <= since AND (p.valid_to IS NULL OR p.valid_to > since);
    -- A plan without a day of its own, replaced on its first, ends nothing.
    SELECT min(p.valid_from) INTO ending FROM public.coverage_plan p WHERE p.state = 'published'
        AND p.valid_from > since AND p.valid_to IS DISTINCT FROM p.valid_from;
    UPDATE public.coverage_plan p SET state = 'published', valid_from = since, valid_to = ending,
        version = p.version + 1 WHERE p.id = target AND p.state = 'proposed';
"""
_PUBLISH = f"""
DECLARE ending date; target bigint := plan;
BEGIN {_MAY}
    IF since < {_TODAY}
        OR NOT EXISTS (SELECT FROM public.coverage_plan p
            WHERE p.id = plan AND p.state = 'proposed' AND p.version = seen)
        OR NOT EXISTS (SELECT FROM public.plan_step s WHERE s.plan_id = plan AND s.kind = 'propose')
        OR EXISTS (SELECT FROM public.plan_step s WHERE s.plan_id = plan AND s.kind = 'propose'
            AND s.principal = access.my_public_id())
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'no proposal of another, or a day that is past';
    END IF;
    {_PLACE}
END
"""  # noqa: S608
_CANCEL = f"""
DECLARE gone record; former bigint;
BEGIN {_MAY}
    UPDATE public.coverage_plan p SET state = 'retired', version = p.version + 1
        WHERE p.id = plan AND p.state = 'published' AND p.version = seen AND p.valid_from > {_TODAY}
        RETURNING p.valid_from, p.valid_to INTO gone;
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'no plan that is yet to begin'; END IF;
    IF gone.valid_to IS DISTINCT FROM gone.valid_from THEN
        -- Its days go back to whom it took them from: a plan that began on the same day, else the one before.
        SELECT p.id INTO former FROM public.coverage_plan p
            WHERE p.state = 'published' AND p.valid_to = gone.valid_from
            ORDER BY p.valid_from DESC, (SELECT max(s.id) FROM public.plan_step s WHERE s.plan_id = p.id
                AND s.kind IN ('publish', 'restore')) DESC NULLS LAST, p.id DESC LIMIT 1;
        UPDATE public.coverage_plan p SET valid_to = gone.valid_to WHERE p.id = former;
    END IF;
END
"""  # noqa: S608
_RESTORE = f"""
DECLARE ending date; target bigint;
BEGIN {_MAY}
    INSERT INTO public.coverage_plan (name, state, valid_from, base_id, created_by, formula)
        SELECT p.name, 'proposed', since, p.id, coalesce(access.my_public_id(), session_user), p.formula
        FROM public.coverage_plan p WHERE p.id = plan AND p.state = 'published' RETURNING id INTO target;
    IF target IS NULL OR since < {_TODAY} THEN
        RAISE insufficient_privilege USING MESSAGE = 'no plan that was published, or a day that is past';
    END IF;
    INSERT INTO public.assignment (plan_id, unit_id, leader_id, kind, cases)
        SELECT target, a.unit_id, a.leader_id, a.kind, a.cases FROM public.assignment a
        WHERE a.plan_id = plan ORDER BY a.id;
    {_PLACE}
    RETURN target;
END
"""  # noqa: S608


def _function(name: str, arguments: str, returns: str, body: str) -> Function:
    callers = (GROUPS[Role.APPROVER], IMPORTER)
    return Function(name, arguments, returns, body, callers, language="plpgsql", volatility="VOLATILE")


PLAN_FUNCTIONS: tuple[Function, ...] = (
    _function("publish_plan", "plan bigint, seen integer, since date", "void", _PUBLISH),
    _function("cancel_plan", "plan bigint, seen integer", "void", _CANCEL),
    _function("restore_plan", "plan bigint, since date", "bigint", _RESTORE),
)
