"""How nbgrader makes, collects and marks the course; copy it into the folder of your nbgrader course."""

from gidtk.teaching import CODE_STUB, TEXT_STUB

c = get_config()  # noqa: F821  (nbgrader and Jupyter put it here)

c.CourseDirectory.course_id = "gidtk"
c.ClearSolutions.code_stub = {"python": CODE_STUB}
c.ClearSolutions.text_stub = TEXT_STUB
c.ExecutePreprocessor.timeout = 300  # seconds a cell
c.ExecutePreprocessor.kernel_name = "python3"
