"""The functions by which grids are given to grid workers: the only way to scopes but an administrator's.

Planners and approvers may not read accounts. They are told the sign-in names of the grid workers of a town
and of those who are posted nowhere, and an approver puts a proposal of somebody else in force, whole or not
at all: each account whose scope changes by it leaves a row in the audit.
"""

from __future__ import annotations

from data.access.function import Function
from data.access.gate_functions import DEMO_IS_OVER
from data.access.roles import GROUPS
from grid.audits import Action
from grid.principals import Role

PATCHES_LOCK = 7_161_027
"""Key of the advisory lock under which patches are published."""
_MAY_WORK = f"a.role = '{Role.WORKER.value}' AND NOT a.disabled AND NOT {DEMO_IS_OVER}"
_PLANS = f"access.my_role() IN ('{Role.PLANNER.value}', '{Role.APPROVER.value}')"
_IN_TOWN = """
    SELECT g.id, g.code, g.code_system, g.kind, g.name, v.id AS village_id,
        v.code AS village_code, t.id AS town_id
    FROM public.area g JOIN public.area v ON v.id = g.parent_id JOIN public.area t ON t.id = v.parent_id
    WHERE g.level = 'grid' AND v.level = 'village' AND t.level = 'town'
        AND g.valid_to IS NULL AND v.valid_to IS NULL AND t.valid_to IS NULL
"""
_TOWN_WORKERS = f"""
WITH grids AS ({_IN_TOWN} AND t.id = ANY (towns)),
held AS (
    SELECT c.account_id, g.id AS grid_id, g.town_id FROM public.account_scope c
    JOIN grids g ON c.area_id IN (g.id, g.village_id)
)
SELECT h.town_id, a.id, a.login,
    coalesce(array_agg(DISTINCT h.grid_id) FILTER (WHERE h.grid_id IS NOT NULL), '{{}}')
FROM public.account a LEFT JOIN held h ON h.account_id = a.id
WHERE {_PLANS} AND {_MAY_WORK}
    AND (h.grid_id IS NOT NULL OR NOT EXISTS (SELECT FROM public.account_scope c WHERE c.account_id = a.id))
GROUP BY h.town_id, a.id, a.login ORDER BY a.login, h.town_id
"""  # noqa: S608
_PATCH_OFFICIALS = f"""
SELECT a.public_id, a.login FROM public.account a WHERE {_PLANS} AND EXISTS (
    SELECT FROM public.patch_plan p WHERE a.public_id IN (p.created_by, p.proposed_by, p.published_by))
"""  # noqa: S608
_MAY_APPROVE = f"""
    IF access.my_role() IS DISTINCT FROM '{Role.APPROVER.value}' THEN
        RAISE insufficient_privilege USING MESSAGE = 'only an approver decides on patches';
    END IF;
    PERFORM pg_advisory_xact_lock({PATCHES_LOCK});
"""
_PUBLISH = f"""
DECLARE of_town bigint; one record;
BEGIN {_MAY_APPROVE}
    SELECT p.town_id INTO of_town FROM public.patch_plan p
        WHERE p.id = plan AND p.state = 'proposed' AND p.version = seen
        AND p.proposed_by <> access.my_public_id() AND p.created_by <> access.my_public_id() FOR UPDATE;
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'no proposal of another';
    END IF;
    -- Nobody is disabled or made something else while it is checked and given a patch.
    PERFORM 1 FROM public.account a JOIN public.patch_assignment x ON x.account_id = a.id
        WHERE x.plan_id = plan ORDER BY a.id FOR SHARE OF a;
    IF EXISTS (
        SELECT FROM (SELECT x.area_id, x.account_id FROM public.patch_assignment x WHERE x.plan_id = plan) x
        FULL JOIN ({_IN_TOWN} AND t.id = of_town) g ON g.id = x.area_id
        LEFT JOIN public.account a ON a.id = x.account_id AND {_MAY_WORK}
        WHERE g.id IS NULL OR x.area_id IS NULL OR a.id IS NULL)
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'a grid of elsewhere, of nobody, or of no grid worker';
    END IF;
    FOR one IN
        -- What the grids of the town were before their boundaries changed, and their villages, go with them.
        WITH grids AS ({_IN_TOWN} AND t.id = of_town),
        former AS (
            SELECT g.id AS grid_id, f.id FROM grids g JOIN public.area f ON f.level = 'grid'
                AND (f.code_system, f.code, f.kind, f.name) = (g.code_system, g.code, g.kind, g.name)
        ),
        outgoing AS (
            SELECT c.id, c.account_id, r.code FROM public.account_scope c
            JOIN public.account a ON a.id = c.account_id AND a.role = '{Role.WORKER.value}'
            JOIN public.area r ON r.id = c.area_id AND r.level IN ('grid', 'village')
            WHERE EXISTS (SELECT FROM grids g WHERE g.code_system = r.code_system
                AND r.code = CASE r.level WHEN 'grid' THEN g.code ELSE g.village_code END)
        ),
        gone AS (DELETE FROM public.account_scope c USING outgoing o WHERE c.id = o.id
            RETURNING o.account_id),
        incoming AS (
            SELECT x.account_id, f.id, g.code FROM public.patch_assignment x
            JOIN grids g ON g.id = x.area_id JOIN former f ON f.grid_id = g.id WHERE x.plan_id = plan
        )
        SELECT a.id, a.public_id,
            array(SELECT i.id FROM incoming i WHERE i.account_id = a.id ORDER BY i.id) AS ids,
            (SELECT coalesce(jsonb_agg(DISTINCT i.code), '[]') FROM incoming i WHERE i.account_id = a.id)
                AS areas,
            (SELECT coalesce(jsonb_agg(DISTINCT o.code), '[]') FROM outgoing o WHERE o.account_id = a.id)
                AS areas_lost
        FROM public.account a WHERE a.id IN (SELECT g.account_id FROM gone g)
            OR a.id IN (SELECT i.account_id FROM incoming i) ORDER BY a.id
    LOOP
        INSERT INTO public.account_scope (account_id, area_id) SELECT one.id, unnest(one.ids);
        IF one.areas <> one.areas_lost THEN
            INSERT INTO public.audit (principal, role, action, subject, facts) SELECT access.my_public_id(),
                access.my_role(), '{Action.ACCOUNT_SCOPE.value}', 'account', jsonb_build_object(
                    'id', one.public_id, 'areas', one.areas, 'areas_lost', one.areas_lost,
                    'patch_plan', plan);
        END IF;
    END LOOP;
    UPDATE public.patch_plan p SET state = 'retired' WHERE p.town_id = of_town AND p.state = 'published';
    UPDATE public.patch_plan p SET state = 'published', version = p.version + 1,
        published_by = access.my_public_id(), published_at = now() WHERE p.id = plan;
END
"""  # noqa: S608
_RETURN = f"""
BEGIN {_MAY_APPROVE}
    UPDATE public.patch_plan p SET state = 'draft', proposed_by = NULL, version = p.version + 1
        WHERE p.id = plan AND p.state = 'proposed' AND p.version = seen;
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'no such proposal'; END IF;
END
"""  # noqa: S608

_PLANNERS = (GROUPS[Role.PLANNER], GROUPS[Role.APPROVER])
_APPROVERS = (GROUPS[Role.APPROVER],)
PATCH_FUNCTIONS: tuple[Function, ...] = (
    Function(
        # Who is posted nowhere has no town.
        "town_workers", "towns bigint[]",
        "TABLE (town_id bigint, account_id bigint, login text, grids bigint[])", _TOWN_WORKERS, _PLANNERS,
    ),
    Function(
        "patch_officials", "", "TABLE (public_id text, login text)", _PATCH_OFFICIALS, _PLANNERS,
    ),
    Function(
        "publish_patches", "plan bigint, seen integer", "void", _PUBLISH, _APPROVERS,
        language="plpgsql", volatility="VOLATILE",
    ),
    Function(
        "return_patches", "plan bigint, seen integer", "void", _RETURN, _APPROVERS,
        language="plpgsql", volatility="VOLATILE",
    ),
)  # fmt: skip
