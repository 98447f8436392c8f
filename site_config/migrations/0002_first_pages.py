"""The page tree that every installation starts with, in place of Wagtail's welcome page, and its workflow."""

from django.db import migrations

INDEXES = [
    ("courses", "menuindex", "学习菜单", "menus"),
    ("courses", "courseindex", "课程", "courses"),
    ("lectures", "lectureindex", "讲座", "lectures"),
    ("exemplars", "exemplarindex", "先进典型", "exemplars"),
]


def add_pages(apps, schema_editor):
    content_type = apps.get_model("contenttypes.ContentType").objects
    page_model = apps.get_model("wagtailcore.Page")
    site_model = apps.get_model("wagtailcore.Site")
    locale = apps.get_model("wagtailcore.Locale").objects.get()
    page_model.objects.filter(slug="home", depth=2).delete()

    home = apps.get_model("site_config.HomePage").objects.create(
        title="固本",
        draft_title="固本",
        slug="home",
        content_type=content_type.get_or_create(app_label="site_config", model="homepage")[0],
        path="00010001",
        depth=2,
        numchild=len(INDEXES),
        url_path="/home/",
        locale=locale,
        introduction="全区党员的学习课堂：选课、看课、记学时，都在这里。",
    )
    for place, (app, model, title, slug) in enumerate(INDEXES, start=1):
        apps.get_model(app, model).objects.create(
            title=title,
            draft_title=title,
            slug=slug,
            content_type=content_type.get_or_create(app_label=app, model=model)[0],
            path=f"00010001{place:04d}",
            depth=3,
            numchild=0,
            url_path=f"/home/{slug}/",
            locale=locale,
            show_in_menus=True,
        )
    page_model.objects.filter(depth=1).update(numchild=1)
    site_model.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "site_name": "固本", "root_page": home}
    )


def name_workflow(apps, schema_editor):
    """Give Wagtail's seeded workflow the name that editors of the district read on its buttons."""
    apps.get_model("wagtailcore.Workflow").objects.filter(name="Moderators approval").update(
        name="审核后发布"
    )
    apps.get_model("wagtailcore.Task").objects.filter(name="Moderators approval").update(name="管理员审核")


class Migration(migrations.Migration):
    dependencies = [
        ("site_config", "0001_initial"),
        ("courses", "0002_initial"),
        ("lectures", "0002_initial"),
        ("exemplars", "0002_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [
        migrations.RunPython(add_pages, migrations.RunPython.noop),
        migrations.RunPython(name_workflow, migrations.RunPython.noop),
    ]
