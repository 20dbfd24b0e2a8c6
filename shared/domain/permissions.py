"""Who may do what: the permissions routes name, the roles that carry them, and the principal who asks."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from shared.domain.errors import NotAllowed


class Permission(StrEnum):
    """One thing a route can require."""

    READ = "read"
    SUBMIT = "submit"
    MANAGE = "manage"
    ADMINISTER = "administer"


class Role(StrEnum):
    """The app roles of the firm's directory, spelled as tokens carry them."""

    PORTFOLIO_READ = "Portfolio.Read"
    PORTFOLIO_WRITE = "Portfolio.Write"
    COMPANY_SUBMIT = "Company.Submit"
    ADMIN = "Admin"


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PORTFOLIO_READ: frozenset({Permission.READ}),
    Role.PORTFOLIO_WRITE: frozenset({Permission.READ, Permission.SUBMIT, Permission.MANAGE}),
    Role.COMPANY_SUBMIT: frozenset({Permission.READ, Permission.SUBMIT}),
    Role.ADMIN: frozenset(Permission),
}


class HolderKind(StrEnum):
    """What a grant is given to."""

    USER = "user"
    GROUP = "group"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Granted:
    """What is granted to a principal and the groups it is in.

    Attributes:
        narrows: Whether anything ever was: then what stands is all there is, and nothing where nothing stands.
        everything: The whole portfolio is.
        company_ids: Companies that are.
        funds: Funds that are, by id.
        groups_count: Whether any group was ever granted anything, so that it matters in which groups a principal is.
    """

    narrows: bool
    everything: bool
    company_ids: frozenset[UUID]
    funds: frozenset[str]
    groups_count: bool


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a stable subject, a name for the records, roles, and what it is narrowed to.

    Attributes:
        subject: The directory's object id.
        name: What audit columns show.
        roles: The app roles of the token.
        company_ids: Companies the principal is narrowed to; None: not narrowed by company.
        funds: Funds (by id or name) the principal is narrowed to; None: not narrowed by fund.
        groups: The directory's groups the principal is in; None: the token does not say.
    """

    subject: str
    name: str
    roles: frozenset[Role]
    company_ids: frozenset[UUID] | None = None
    funds: frozenset[str] | None = None
    groups: frozenset[str] | None = frozenset()

    @property
    def permissions(self) -> frozenset[Permission]:
        """Every permission the roles carry."""
        return frozenset().union(*(ROLE_PERMISSIONS[role] for role in self.roles))

    def acting_for(self, permission: Permission) -> "Principal":
        """The principal in those of its roles that carry a permission; a role reaches no further than it does alone."""
        carrying = frozenset(role for role in self.roles if permission in ROLE_PERMISSIONS[role])
        return self if carrying == self.roles else replace(self, roles=carrying)

    @property
    def scope(self) -> "Scope":
        """What the principal may see; a company's own user sees the companies named, and no fund."""
        if self.roles <= {Role.COMPANY_SUBMIT}:
            return Scope(company_ids=self.company_ids or frozenset(), funds=None)
        return Scope(company_ids=self.company_ids, funds=self.funds)


@dataclass(frozen=True, slots=True)
class Scope:
    """The companies a query may touch: those listed and those of the funds listed; None and None: all of them."""

    company_ids: frozenset[UUID] | None = None
    funds: frozenset[str] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows this scope."""
        return self.company_ids is None and self.funds is None


def require_whole_firm(principal: Principal, what: str) -> None:
    """Raise NotAllowed when the principal is narrowed: `what` concerns the whole portfolio."""
    if not principal.scope.is_everything:
        raise NotAllowed(f"{what} concerns the whole portfolio; you are narrowed to a part of it.")


SYSTEM = Principal("system", "system", frozenset({Role.ADMIN}))
"""The platform itself: timers and blob drops act under this name."""
