<%= "the only shop" %>
